// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.privatellm.lab.gcp.http.HttpCall;
import java.util.Map;
import java.util.Set;

/** Makes the request message of a call out of path, query and body, and refuses what its descriptor does not allow. */
final class RequestReader {

    /** Parameters that every Google API takes and no request message has. */
    private static final Set<String> SYSTEM = Set.of(
            "alt",
            "$alt",
            "prettyPrint",
            "$prettyPrint",
            "key",
            "access_token",
            "quotaUser",
            "userIp",
            "callback",
            "uploadType",
            "$.xgafv",
            "fields",
            "$fields");

    private RequestReader() {}

    /** The message; its prototype tells the type. */
    static Message read(MethodTable.Match match, Message prototype, HttpCall call) {
        Message.Builder request = prototype.newBuilderForType();
        if (match.method().body().isEmpty()) {
            if (!call.body().toStringUtf8().isBlank()) {
                throw ApiError.invalid("Invalid JSON payload received. The request body must be empty.");
            }
        } else {
            body(match.method().body(), request, call);
        }
        match.pathFields().forEach((field, value) -> QueryFields.set(request, field, value));
        call.parameters().forEach((name, values) -> {
            if (!SYSTEM.contains(name)) {
                values.forEach(value -> QueryFields.set(request, name, value));
            }
        });
        Message message = request.build();
        required(message);
        EnumWords.check(message, "");
        return message;
    }

    private static void body(String field, Message.Builder request, HttpCall call) {
        String text = call.body().toStringUtf8();
        if (text.isBlank()) {
            return;
        }
        Message.Builder target = request;
        FieldDescriptor descriptor = null;
        if (!field.equals("*")) {
            descriptor = request.getDescriptorForType().findFieldByName(field);
            target = request.newBuilderForField(descriptor);
        }
        try {
            JsonFormat.parser().merge(text, target);
        } catch (InvalidProtocolBufferException e) {
            throw ApiError.invalid("Invalid JSON payload received. " + e.getMessage());
        }
        if (descriptor != null) {
            request.setField(descriptor, target.build());
        }
    }

    private static void required(Message message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean required = field.getOptions()
                    .getExtension(FieldBehaviorProto.fieldBehavior)
                    .contains(FieldBehavior.REQUIRED);
            if (required && isAbsent(message, field)) {
                throw ApiError.of(400, "required", "Required field '%s' not specified".formatted(name(field)));
            }
        }
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            if (!field.getKey().isRepeated() && field.getValue() instanceof Message inner) {
                required(inner);
            }
        }
    }

    /** A resource in the body is called {@code resource} where Google speaks of it. */
    private static String name(FieldDescriptor field) {
        return field.getJsonName().endsWith("Resource") ? "resource" : field.getJsonName();
    }

    private static boolean isAbsent(Message message, FieldDescriptor field) {
        if (field.isRepeated()) {
            return message.getRepeatedFieldCount(field) == 0;
        }
        return field.hasPresence()
                ? !message.hasField(field)
                : message.getField(field).equals(field.getDefaultValue());
    }
}
