// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** The two ways in which Ollama writes a JSON body. */
enum JsonBody {
    /** Its router's own: its own API, and refusals before a call is translated. */
    PLAIN("application/json; charset=utf-8", ""),

    /** Its translation's into OpenAI's and Anthropic's dialects: no charset, and a line end after the document. */
    TRANSLATED("application/json", "\n");

    private final String contentType;
    private final String end;

    JsonBody(String contentType, String end) {
        this.contentType = contentType;
        this.end = end;
    }

    void answer(Exchange exchange, int status, JsonNode document) throws ClientGone {
        exchange.answer(status, contentType, (Json.text(document) + end).getBytes(StandardCharsets.UTF_8));
    }
}
