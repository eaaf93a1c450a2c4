// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the tour's readers need it. */
final class Documents {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Characters of an offending document that a message quotes. */
    private static final int MAX_QUOTED = 120;

    private Documents() {}

    /** The object in that text. */
    static JsonNode object(String text) throws MalformedAnswer {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            // told below, with what was there
        }
        throw new MalformedAnswer("not a JSON object: " + quote(text));
    }

    /** Objects if the document carries an error in any dialect's form. */
    static void refuseErrors(JsonNode document) throws MalformedAnswer {
        JsonNode error = document.path("error");
        if (!error.isMissingNode() && !error.isNull()) {
            throw new MalformedAnswer("error: " + quote(error.isString() ? error.stringValue() : error.toString()));
        }
    }

    static void require(boolean condition, String message) throws MalformedAnswer {
        if (!condition) {
            throw new MalformedAnswer(message);
        }
    }

    static OptionalLong number(JsonNode document, String pointer) {
        JsonNode value = document.at(pointer);
        return value.isIntegralNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }

    static String text(JsonNode document, String pointer) {
        return document.at(pointer).asString("");
    }

    static String quote(String text) {
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
    }
}
