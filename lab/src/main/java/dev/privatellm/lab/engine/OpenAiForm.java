// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects of one of OpenAI's two completion routes. */
interface OpenAiForm {

    ObjectNode text(String token);

    ObjectNode thinking(String token);

    ObjectNode call(ToolCall call);

    /** The chunk with the finish reason. */
    ObjectNode end(Outcome outcome, boolean called);

    /** The chunk without choices that carries the usage. */
    ObjectNode usage(Outcome outcome);

    /** Whether every chunk of a stream that asked for usage carries one, of zeros. */
    boolean repeatsUsage();

    JsonNode whole(WholeAnswer answer, Outcome outcome);

    static ObjectNode figures(Outcome outcome) {
        ObjectNode usage = Json.object();
        usage.put("prompt_tokens", outcome.input());
        usage.put("completion_tokens", outcome.output());
        usage.put("total_tokens", outcome.total());
        usage.putObject("prompt_tokens_details").put("cached_tokens", outcome.cached());
        return usage;
    }

    static ObjectNode zeros() {
        return Json.object().put("prompt_tokens", 0).put("completion_tokens", 0).put("total_tokens", 0);
    }
}
