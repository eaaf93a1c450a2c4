// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is asked of the model, in no dialect's words.
 *
 * @param model name as the caller wrote it
 * @param limit most tokens to generate, thinking included; {@link Integer#MAX_VALUE} if unlimited
 * @param thinks whether the caller asked for thinking aloud; null if it said nothing
 * @param mustCall whether one of the tools has to be called
 * @param format schema that the answer has to fit; null for plain text
 */
record Ask(
        String model,
        Conversation conversation,
        int limit,
        @Nullable Boolean thinks,
        List<ToolOffer> tools,
        boolean mustCall,
        @Nullable JsonNode format) {

    Ask {
        tools = List.copyOf(tools);
    }

    /** The tool that the model is going to call: the one that the user's last words name, or the first where one must be called; else null. */
    @Nullable
    ToolOffer wantedTool() {
        String question = conversation.question();
        for (ToolOffer tool : tools) {
            if (question.contains(tool.name())) {
                return tool;
            }
        }
        return mustCall && !question.isEmpty() && !tools.isEmpty() ? tools.getFirst() : null;
    }
}
