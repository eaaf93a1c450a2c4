// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/** Errors of Ollama's own API: {@code {"error":"…"}}. */
final class OllamaError {

    private OllamaError() {}

    static void answer(Exchange exchange, int status, String message) throws ClientGone {
        JsonBody.PLAIN.answer(exchange, status, Json.object().put("error", message));
    }

    /** A body that cannot be read. */
    static void invalid(Exchange exchange, String message) throws ClientGone {
        answer(exchange, 400, message);
    }
}
