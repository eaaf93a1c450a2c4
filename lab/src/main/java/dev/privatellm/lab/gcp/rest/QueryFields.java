// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Sets fields of a message from text, as path and query give them: {@code a.b=1}, in JSON's or the descriptor's spelling. */
final class QueryFields {

    /** Messages that are written as one string in JSON. */
    private static final Set<String> TEXTUAL = Set.of(
            Duration.getDescriptor().getFullName(),
            FieldMask.getDescriptor().getFullName(),
            Timestamp.getDescriptor().getFullName());

    private QueryFields() {}

    static void set(Message.Builder message, String name, String value) {
        int dot = name.indexOf('.');
        FieldDescriptor field = find(message, dot < 0 ? name : name.substring(0, dot))
                .orElseThrow(() -> ApiError.invalid(
                        "Invalid JSON payload received. Unknown name \"%s\": Cannot bind query parameter. Field '%s' could not be found in request message."
                                .formatted(name, name)));
        if (dot > 0) {
            set(message.getFieldBuilder(field), name.substring(dot + 1), value);
        } else if (field.isRepeated()) {
            message.addRepeatedField(field, scalar(message, field, value));
        } else {
            message.setField(field, scalar(message, field, value));
        }
    }

    private static Optional<FieldDescriptor> find(Message.Builder message, String name) {
        List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
        return fields.stream()
                .filter(field ->
                        field.getName().equals(name) || field.getJsonName().equals(name))
                .findFirst();
    }

    private static Object scalar(Message.Builder message, FieldDescriptor field, String value) {
        try {
            return switch (field.getJavaType()) {
                case STRING -> value;
                case BOOLEAN -> bool(field, value);
                case INT -> Integer.parseInt(value);
                case LONG -> Long.parseLong(value);
                case DOUBLE -> Double.parseDouble(value);
                case FLOAT -> Float.parseFloat(value);
                case ENUM -> word(field, value);
                case MESSAGE -> textual(message, field, value);
                case BYTE_STRING -> throw bad(field, value);
            };
        } catch (NumberFormatException _) {
            throw bad(field, value);
        }
    }

    /** Also as gcloud spells it. */
    private static boolean bool(FieldDescriptor field, String value) {
        return switch (value) {
            case "true", "True", "" -> true;
            case "false", "False" -> false;
            default -> throw bad(field, value);
        };
    }

    private static EnumValueDescriptor word(FieldDescriptor field, String value) {
        EnumValueDescriptor word = field.getEnumType().findValueByName(value);
        if (word == null && !value.isEmpty() && value.chars().allMatch(Character::isDigit)) {
            word = field.getEnumType().findValueByNumber(Integer.parseInt(value));
        }
        if (word == null) {
            throw bad(field, value);
        }
        return word;
    }

    private static Message textual(Message.Builder message, FieldDescriptor field, String value) {
        if (field.getJavaType() != JavaType.MESSAGE
                || !TEXTUAL.contains(field.getMessageType().getFullName())) {
            throw bad(field, value);
        }
        Message.Builder inner = message.newBuilderForField(field);
        try {
            JsonFormat.parser().merge(JsonMapper.shared().writeValueAsString(value), inner);
        } catch (InvalidProtocolBufferException _) {
            throw bad(field, value);
        }
        return inner.build();
    }

    private static ApiError bad(FieldDescriptor field, String value) {
        return ApiError.invalid("Invalid value at '%s' (%s), \"%s\""
                .formatted(
                        field.getName(),
                        field.getType().name().startsWith("ENUM") ? "TYPE_ENUM" : field.getType(),
                        value));
    }
}
