// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Errors of the OpenAI routes: {@code {"error":{message, type, param, code}}}. */
final class OpenAiError {

    private OpenAiError() {}

    /** A refusal by the engine behind the route. */
    static void answer(Exchange exchange, int status, String message) throws ClientGone {
        JsonBody.TRANSLATED.answer(exchange, status, body("api_error", message));
    }

    /** A refusal by the route itself. */
    static void invalid(Exchange exchange, String message) throws ClientGone {
        JsonBody.PLAIN.answer(exchange, 400, body("invalid_request_error", message));
    }

    private static JsonNode body(String type, String message) {
        ObjectNode answer = Json.object();
        ObjectNode error = answer.putObject("error");
        error.put("message", message);
        error.put("type", type);
        error.putNull("param");
        error.putNull("code");
        return answer;
    }
}
