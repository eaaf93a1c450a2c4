// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object that was read, with its fields asked for by name and kind. Built on the parser alone: data binding would cost a cold start more than everything else that this program
 * reads. Unknown fields are ignored; {@code null} is absent.
 */
final class JsonObject {
    static final JsonFactory FACTORY = new JsonFactory();

    private final String path;
    private final Map<String, Object> fields;

    private JsonObject(String path, Map<String, Object> fields) {
        this.path = path;
        this.fields = fields;
    }

    /** @throws InvalidDocument if the text is no JSON object; {@code name} says in the message what was read */
    static JsonObject parse(String name, byte[] text) throws InvalidDocument {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                Map<String, Object> fields = object(parser);
                if (parser.nextToken() == null) {
                    return new JsonObject(name, fields);
                }
            }
        } catch (JacksonException e) {
            // Jackson quotes its input, which may be a secret; the name of the document has to do.
        }
        throw new InvalidDocument(name + ": no JSON object");
    }

    private static Map<String, Object> object(JsonParser parser) {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    Object value = value(parser);
                    if (value != null) {
                        values.add(value);
                    }
                }
                yield values;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT ->
                parser.getBigIntegerValue().bitLength() < 64 ? (Object) parser.getLongValue() : parser.getDoubleValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL, NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT -> null;
        };
    }

    private InvalidDocument expected(String field, String kind) {
        return new InvalidDocument(path + "." + field + " (expected: " + kind + ")");
    }

    Optional<String> text(String field) throws InvalidDocument {
        Object value = fields.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw expected(field, "a string");
    }

    String requiredText(String field) throws InvalidDocument {
        return text(field)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> expected(field, "a string that is not empty"));
    }

    Optional<Long> number(String field) throws InvalidDocument {
        Object value = fields.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Long number) {
            return Optional.of(number);
        }
        throw expected(field, "an integer");
    }

    /** @throws InvalidDocument if absent or outside the range, ends included */
    long requiredNumber(String field, long least, long most) throws InvalidDocument {
        return number(field)
                .filter(number -> number >= least && number <= most)
                .orElseThrow(() -> expected(field, "an integer from " + least + " to " + most));
    }

    Optional<Boolean> flag(String field) throws InvalidDocument {
        Object value = fields.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Boolean flag) {
            return Optional.of(flag);
        }
        throw expected(field, "true or false");
    }

    /** The strings of an array; empty if it is absent. */
    List<String> texts(String field) throws InvalidDocument {
        List<String> texts = new ArrayList<>();
        for (Object value : array(field)) {
            if (!(value instanceof String text) || text.isBlank()) {
                throw expected(field, "strings that are not empty");
            }
            texts.add(text);
        }
        return texts;
    }

    /** The objects of an array; empty if it is absent. */
    List<JsonObject> objects(String field) throws InvalidDocument {
        List<JsonObject> objects = new ArrayList<>();
        for (Object value : array(field)) {
            objects.add(object(field, value));
        }
        return objects;
    }

    JsonObject requiredObject(String field) throws InvalidDocument {
        Object value = fields.get(field);
        if (value == null) {
            throw expected(field, "an object");
        }
        return object(field, value);
    }

    private List<?> array(String field) throws InvalidDocument {
        Object value = fields.get(field);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw expected(field, "an array");
    }

    @SuppressWarnings("unchecked") // every map in here was made by object(JsonParser)
    private JsonObject object(String field, Object value) throws InvalidDocument {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(path + "." + field, (Map<String, Object>) map);
        }
        throw expected(field, "an object");
    }
}
