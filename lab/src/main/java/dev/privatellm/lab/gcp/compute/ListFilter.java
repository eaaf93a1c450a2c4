// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code filter} of lists: comparisons of fields and labels, joined by AND, each in parentheses or not ({@code labels.owner = "x"},
 * {@code (status != TERMINATED) (name eq abc-.*)}, {@code labels.owner:*}). What goes beyond, such as OR, is refused rather than misread.
 */
final class ListFilter {

    private static final Pattern COMPARISON = Pattern.compile(
            "\\s*\\(?\\s*([a-zA-Z][\\w.-]*)\\s*(!=|=|:|\\s+eq\\s+|\\s+ne\\s+)\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s()]+))\\s*\\)?\\s*(?:AND\\s)?");

    private ListFilter() {}

    /** The filter as a test of a resource. */
    static Predicate<Message> parse(String filter) {
        List<Predicate<Message>> all = new ArrayList<>();
        Matcher matcher = COMPARISON.matcher(filter);
        int at = 0;
        while (at < filter.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw ApiError.invalidField("filter", filter, "Invalid list filter expression.");
            }
            all.add(comparison(
                    matcher.group(1),
                    matcher.group(2).trim(),
                    first(matcher.group(3), matcher.group(4), matcher.group(5))));
            at = matcher.end();
        }
        return message -> all.stream().allMatch(one -> one.test(message));
    }

    private static Predicate<Message> comparison(String path, String operator, String value) {
        Predicate<String> equal = switch (operator) {
            case "eq", "ne" -> Pattern.compile(value).asMatchPredicate();
            case ":" -> value.equals("*") ? text -> !text.isEmpty() : text -> text.contains(value);
            default -> value::equals;
        };
        boolean negated = operator.equals("!=") || operator.equals("ne");
        return message -> equal.test(field(message, path)) != negated;
    }

    /** Value of a field as text; empty if it is not set. */
    private static String field(Message message, String path) {
        int dot = path.indexOf('.');
        String name = dot < 0 ? path : path.substring(0, dot);
        FieldDescriptor field = message.getDescriptorForType().getFields().stream()
                .filter(candidate -> candidate.getJsonName().equals(name)
                        || candidate.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> ApiError.invalidField("filter", path, "Invalid list filter expression."));
        Object value = message.getField(field);
        if (dot < 0) {
            return value.toString();
        }
        String rest = path.substring(dot + 1);
        if (field.isMapField()) {
            return ((List<?>) value)
                    .stream()
                            .map(Message.class::cast)
                            .filter(entry -> part(entry, "key").equals(rest))
                            .map(entry -> part(entry, "value"))
                            .findFirst()
                            .orElse("");
        }
        return value instanceof Message inner ? field(inner, rest) : "";
    }

    private static String part(Message entry, String name) {
        return entry.getField(entry.getDescriptorForType().findFieldByName(name))
                .toString();
    }

    private static String first(String... values) {
        for (String value : values) {
            if (value != null) {
                return value;
            }
        }
        return "";
    }
}
