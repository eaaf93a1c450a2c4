// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Reading and writing JSON trees, and the questions asked of requests. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** JSON's null. */
    static JsonNode nothing() {
        return NullNode.getInstance();
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** The tree; empty if it is not JSON. */
    static Optional<JsonNode> parse(byte[] body) {
        try {
            return Optional.of(MAPPER.readTree(body));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** A schema for callers that want JSON and do not say which. */
    static JsonNode anySchema() {
        ObjectNode schema = object().put("type", "object");
        schema.putObject("properties").putObject("answer").put("type", "string");
        return schema;
    }

    /** The member as text; empty text if it is absent or none. */
    static String string(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isString() ? value.stringValue() : "";
    }

    static boolean flag(JsonNode node, String member, boolean otherwise) {
        JsonNode value = node.path(member);
        return value.isBoolean() ? value.booleanValue() : otherwise;
    }

    /** The member as a number that is at least 1; otherwise the other value (Ollama's −1 means "no limit"). */
    static int count(JsonNode node, String member, int otherwise) {
        JsonNode value = node.path(member);
        return value.isNumber() && value.intValue() > 0 ? value.intValue() : otherwise;
    }
}
