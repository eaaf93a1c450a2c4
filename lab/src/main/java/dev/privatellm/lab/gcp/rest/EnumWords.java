// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks the words of Compute Engine's enumerations. Its messages carry them as strings, so that clients survive new words, beside a nested enum of the
 * field's name ({@code string provisioning_model}, {@code enum ProvisioningModel}); the service itself refuses a word that it does not know.
 */
final class EnumWords {

    private EnumWords() {}

    /**
     * Checks a message with all that is inside.
     *
     * @param path where it is, for the error's text; empty at the top
     */
    static void check(Message message, String path) {
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            String name = field.getJsonName().endsWith("Resource") ? "resource" : field.getJsonName();
            String here = path.isEmpty() ? name : path + "." + name;
            if (field.isMapField()) {
                continue;
            }
            if (field.isRepeated()) {
                List<?> values = (List<?>) entry.getValue();
                for (int i = 0; i < values.size(); i++) {
                    check(field, values.get(i), here + "[" + i + "]");
                }
            } else {
                check(field, entry.getValue(), here);
            }
        }
    }

    private static void check(FieldDescriptor field, Object value, String path) {
        if (value instanceof Message inner) {
            check(inner, path);
        } else if (field.getJavaType() == JavaType.STRING) {
            EnumDescriptor words = field.getContainingType().findEnumTypeByName(camel(field.getName()));
            if (words != null && words.findValueByName(value.toString()) == null) {
                throw ApiError.invalidField(path, value.toString(), "Must be one of " + known(words));
            }
        }
    }

    private static String known(EnumDescriptor words) {
        return words.getValues().stream()
                .map(word -> word.getName())
                .filter(word -> !word.startsWith("UNDEFINED_"))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String camel(String field) {
        StringBuilder name = new StringBuilder();
        for (String part : field.split("_", -1)) {
            if (!part.isEmpty()) {
                name.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
            }
        }
        return name.toString();
    }
}
