// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/** Errors of Ollama's own API: {@code {"error":"…"}}. */
final class OllamaError {

    /** What a body gets that is not JSON. */
    static final String MALFORMED = "invalid character in request body";

    private OllamaError() {}

    static void answer(Exchange exchange, int status, String message) throws ClientGone {
        exchange.answer(status, Router.JSON, Json.bytes(Json.object().put("error", message)));
    }
}
