// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Errors of the OpenAI routes: {@code {"error":{message, type, param, code}}}. */
final class OpenAiError {

    static final String JSON = "application/json";

    private OpenAiError() {}

    /** A refusal by the engine behind the route. */
    static void answer(Exchange exchange, int status, String message) throws ClientGone {
        exchange.answer(status, JSON, body("api_error", message));
    }

    /** A refusal by the route itself. */
    static void invalid(Exchange exchange, String message) throws ClientGone {
        exchange.answer(400, Router.JSON, body("invalid_request_error", message));
    }

    /** The body as JSON; if it is none, the refusal is sent. */
    static Optional<JsonNode> request(Exchange exchange) throws ClientGone {
        Optional<JsonNode> request = Json.parse(exchange.body()).filter(JsonNode::isObject);
        if (request.isEmpty()) {
            invalid(exchange, OllamaError.MALFORMED);
        }
        return request;
    }

    private static byte[] body(String type, String message) {
        ObjectNode answer = Json.object();
        ObjectNode error = answer.putObject("error");
        error.put("message", message);
        error.put("type", type);
        error.putNull("param");
        error.putNull("code");
        return Json.bytes(answer);
    }
}
