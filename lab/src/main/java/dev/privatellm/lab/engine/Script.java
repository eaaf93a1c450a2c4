// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that a model is going to say to one prompt, fixed before it begins: some thinking, then text or a tool call. Every token is computed from its number,
 * so an answer without end needs no memory.
 */
final class Script {

    private static final Pattern LENGTH = Pattern.compile("\\[lab:tokens=(\\d{1,6})]");
    private static final int MIN_TEXT = 12;
    private static final int TEXT_RANGE = 49;
    private static final int MIN_THINKING = 4;
    private static final int THINKING_RANGE = 8;
    private static final int FORMATTED_PIECE = 4;

    private final long seed;
    private final int thinkingTokens;
    private final int textTokens;
    private final @Nullable String formatted;
    private final @Nullable ToolCall toolCall;

    private Script(
            long seed, int thinkingTokens, int textTokens, @Nullable String formatted, @Nullable ToolCall toolCall) {
        this.seed = seed;
        this.thinkingTokens = thinkingTokens;
        this.textTokens = textTokens;
        this.formatted = formatted;
        this.toolCall = toolCall;
    }

    static Script of(Ask ask, EngineModel model, boolean endless) {
        String key = model.name() + "\n" + ask.conversation().text();
        long seed = Digest.seed(key);
        boolean thinks = model.thinks() && !Boolean.FALSE.equals(ask.thinks());
        int thinking = thinks ? MIN_THINKING + (int) Long.remainderUnsigned(seed >>> 8, THINKING_RANGE) : 0;
        if (endless) {
            return new Script(seed, thinking, Integer.MAX_VALUE - thinking, null, null);
        }
        ToolOffer tool = ask.wantedTool();
        if (tool != null) {
            String id = "call_" + Digest.sha256Hex(key).substring(0, 8);
            return new Script(seed, thinking, 0, null, new ToolCall(id, tool.name(), SchemaExample.of(tool.schema())));
        }
        JsonNode format = ask.format();
        if (format != null) {
            String text = Json.text(SchemaExample.of(format));
            return new Script(seed, thinking, Math.ceilDiv(text.length(), FORMATTED_PIECE), text, null);
        }
        Matcher length = LENGTH.matcher(ask.conversation().question());
        int text = length.find()
                ? Integer.parseInt(length.group(1))
                : MIN_TEXT + (int) Long.remainderUnsigned(seed >>> 16, TEXT_RANGE);
        return new Script(seed, thinking, text, null, null);
    }

    /** Tokens before the tool call, thinking included. */
    int spokenTokens() {
        return thinkingTokens + textTokens;
    }

    boolean isThinking(int index) {
        return index < thinkingTokens;
    }

    String token(int index) {
        if (isThinking(index)) {
            return Words.word(~seed, index);
        }
        int at = index - thinkingTokens;
        if (formatted == null) {
            return Words.word(seed, at);
        }
        int from = at * FORMATTED_PIECE;
        return formatted.substring(from, Math.min(formatted.length(), from + FORMATTED_PIECE));
    }

    /** The call that ends it; null if it ends with text. */
    @Nullable
    ToolCall toolCall() {
        return toolCall;
    }
}
