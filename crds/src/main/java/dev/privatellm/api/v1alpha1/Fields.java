// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object of a document while it is being read. Each read names the field and what it may hold; whatever does not fit is added to the offences and a
 * stand-in is returned, so that reading goes on and every offence is found. {@link #end()} then refuses the fields that nobody read.
 */
final class Fields {
    private static final int SHOWN = 60;

    private final String path;
    private final ObjectNode node;
    private final List<Offence> offences;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(String path, @Nullable JsonNode node, List<Offence> offences) {
        this.path = path;
        this.offences = offences;
        if (node instanceof ObjectNode object) {
            this.node = object;
        } else {
            this.node = JsonNodeFactory.instance.objectNode();
            if (node != null && !node.isNull()) {
                offences.add(new Offence(path.isEmpty() ? "document" : path, shown(node), "an object"));
            }
        }
    }

    /** A nested object; empty where the field is absent. */
    Fields object(String name) {
        return new Fields(at(name), take(name), offences);
    }

    /** Whether the field was written. */
    boolean has(String name) {
        return node.hasNonNull(name);
    }

    String text(String name, Pattern form, String expectation) {
        return textOr(name, form, expectation, null);
    }

    String textOr(String name, Pattern form, String expectation, @Nullable String absent) {
        var value = take(name);
        if (value == null) {
            if (absent == null) {
                offend(name, null, expectation);
                return "";
            }
            return absent;
        }
        if (!value.isString() || !form.matcher(value.stringValue()).matches()) {
            offend(name, value, expectation);
            return "";
        }
        return value.stringValue();
    }

    /** A text that may be absent. */
    Optional<String> optionalText(String name, Pattern form, String expectation) {
        known.add(name);
        return has(name) ? Optional.of(text(name, form, expectation)) : Optional.empty();
    }

    boolean yesOrNo(String name, boolean absent) {
        var value = take(name);
        if (value == null) {
            return absent;
        }
        if (!value.isBoolean()) {
            offend(name, value, "true or false");
            return absent;
        }
        return value.booleanValue();
    }

    long number(String name, long min, long max, long absent) {
        return number(name, min, max, absent, "a whole number from %d to %d".formatted(min, max))
                .orElse(absent);
    }

    /** A whole number that may be absent. */
    Optional<Long> optionalNumber(String name, long min, long max) {
        known.add(name);
        return has(name)
                ? number(name, min, max, min, "absent, or a whole number from %d to %d".formatted(min, max))
                : Optional.empty();
    }

    /** A whole number that may also be zero, which then means something of its own. */
    long numberOrZero(String name, long min, long max, long absent, String zeroMeans) {
        var value = node.get(name);
        if (value != null && value.isIntegralNumber() && value.canConvertToLong() && value.longValue() == 0) {
            known.add(name);
            return 0;
        }
        return number(name, min, max, absent, "0 = %s, or a whole number from %d to %d".formatted(zeroMeans, min, max))
                .orElse(absent);
    }

    private Optional<Long> number(String name, long min, long max, long absent, String expectation) {
        var value = take(name);
        if (value == null) {
            return Optional.of(absent);
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            offend(name, value, expectation);
            return Optional.empty();
        }
        return Optional.of(value.longValue());
    }

    <E extends Enum<E> & Worded> E choice(String name, E absent) {
        var value = take(name);
        if (value == null) {
            return absent;
        }
        var choices = absent.getDeclaringClass().getEnumConstants();
        for (var choice : choices) {
            if (value.isString() && choice.word().equals(value.stringValue())) {
                return choice;
            }
        }
        offend(name, value, Arrays.stream(choices).map(Worded::word).collect(Collectors.joining(" or ")));
        return absent;
    }

    /** A list of unique texts of one form. */
    List<String> texts(String name, Pattern form, String each, int min, int max) {
        var expectation = "%d to %d different entries, each %s".formatted(min, max, each);
        var value = take(name);
        if (value == null) {
            if (min > 0) {
                offend(name, null, expectation);
            }
            return List.of();
        }
        if (!value.isArray() || value.size() < min || value.size() > max) {
            offend(name, value, expectation);
            return List.of();
        }
        var texts = new ArrayList<String>();
        var seen = new HashSet<String>();
        for (int i = 0; i < value.size(); i++) {
            var entry = value.get(i);
            var text = entry.isString() ? entry.stringValue() : "";
            if (!form.matcher(text).matches() || !seen.add(text)) {
                offend(
                        "%s[%d]".formatted(name, i),
                        entry,
                        seen.contains(text) ? "an entry that is not there already" : each);
            } else {
                texts.add(text);
            }
        }
        return texts;
    }

    /** A list of objects, each to be read and ended by the caller; empty where the field is absent. */
    List<Fields> objects(String name, int max) {
        var value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.size() > max) {
            offend(name, value, "at most %d objects in a list".formatted(max));
            return List.of();
        }
        var objects = new ArrayList<Fields>();
        for (int i = 0; i < value.size(); i++) {
            objects.add(new Fields(at("%s[%d]".formatted(name, i)), value.get(i), offences));
        }
        return objects;
    }

    /** A text that a check of the caller's accepts. */
    String text(String name, Predicate<String> isFine, String expectation) {
        var value = take(name);
        if (value == null || !value.isString() || !isFine.test(value.stringValue())) {
            offend(name, value, expectation);
            return "";
        }
        return value.stringValue();
    }

    /** The raw value of a field that has more than one form; null where it is absent. */
    @Nullable
    JsonNode raw(String name) {
        return take(name);
    }

    /** Adds an offence at a field of this object. */
    void offend(String name, @Nullable JsonNode value, String expectation) {
        offences.add(new Offence(at(name), value == null ? "absent" : shown(value), expectation));
    }

    /** Refuses every field that was not read, by name and with the nearest one that exists. */
    void end() {
        endOf("");
    }

    /** The same for fields whose names begin like this; others are none of ours. */
    void endOf(String prefix) {
        for (var name : node.propertyNames()) {
            if (name.startsWith(prefix) && !known.contains(name)) {
                var nearest = Nearest.of(name, known)
                        .map(known -> "; did you mean " + known + "?")
                        .orElse("");
                offences.add(new Offence(at(name), "unknown field", "one of " + String.join(", ", known) + nearest));
            }
        }
    }

    private @Nullable JsonNode take(String name) {
        known.add(name);
        var value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String shown(JsonNode value) {
        var text = value.isString() ? value.stringValue() : value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
