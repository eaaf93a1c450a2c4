// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The plainest value that a JSON schema allows: tool arguments and structured answers of the double. */
final class SchemaExample {

    /** Schemas nested deeper than this get null there. */
    private static final int MAX_DEPTH = 16;

    private SchemaExample() {}

    static JsonNode of(JsonNode schema) {
        return of(schema, 0);
    }

    private static JsonNode of(JsonNode schema, int depth) {
        if (depth == MAX_DEPTH) {
            return NullNode.getInstance();
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum").get(0);
        }
        for (String choice : new String[] {"anyOf", "oneOf"}) {
            if (schema.path(choice).isArray() && !schema.path(choice).isEmpty()) {
                return of(schema.path(choice).get(0), depth + 1);
            }
        }
        JsonNode type = schema.path("type").isArray() ? schema.path("type").path(0) : schema.path("type");
        return switch (type.asString("object")) {
            case "string" -> StringNode.valueOf("lab");
            case "integer", "number" -> IntNode.valueOf(Json.count(schema, "minimum", 1));
            case "boolean" -> BooleanNode.TRUE;
            case "null" -> NullNode.getInstance();
            case "array" -> Json.array().add(of(schema.path("items"), depth + 1));
            default -> object(schema, depth);
        };
    }

    private static ObjectNode object(JsonNode schema, int depth) {
        ObjectNode example = Json.object();
        schema.path("properties").properties().forEach(p -> example.set(p.getKey(), of(p.getValue(), depth + 1)));
        return example;
    }
}
