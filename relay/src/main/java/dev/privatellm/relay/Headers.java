// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The field lines of a head or of trailers, in the order in which they came or will be sent. Immutable. Names are looked up without regard to case (RFC 9110 section 5.1); their
 * spelling is kept. Text is ISO-8859-1, one character per byte, so that bytes survive a round trip.
 *
 * <p>{@code toString} shows names only: values may be credentials.
 */
public final class Headers implements Iterable<Headers.Field> {
    /** No field at all. */
    public static final Headers EMPTY = new Headers(List.of());

    private final List<Field> fields;

    /**
     * One field line.
     *
     * @param name a token, RFC 9110 section 5.6.2
     * @param value without surrounding white space, without control characters except tab
     */
    public record Field(String name, String value) {
        /** @throws IllegalArgumentException if name or value could not be sent as one field line */
        public Field {
            if (!Grammar.isToken(name)) {
                throw new IllegalArgumentException("field name is no token");
            }
            if (!Grammar.isFieldValue(value)) {
                throw new IllegalArgumentException(
                        "value of " + name + " holds a control character or is not ISO-8859-1");
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Headers(List<Field> fields) {
        this.fields = fields;
    }

    /** The given fields in their order. */
    public static Headers of(List<Field> fields) {
        return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
    }

    /**
     * Fields from alternating names and values.
     *
     * @throws IllegalArgumentException if the count is odd, or a name or value could not be sent
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    namesAndValues.length + " strings (expected: names and values in pairs)");
        }
        List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return of(fields);
    }

    /** The value of the first field of this name. */
    public Optional<String> first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** The values of all fields of this name, in order; empty if there is none. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                values.add(field.value());
            }
        }
        return values;
    }

    public boolean contains(String name) {
        return first(name).isPresent();
    }

    /** Whether a comma-separated list field (such as {@code Connection}) names this token, in any of its lines and in any case. */
    public boolean containsToken(String name, String token) {
        return tokens(name).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** The members of a comma-separated list field over all its lines, trimmed, without empty members. */
    public List<String> tokens(String name) {
        List<String> tokens = new ArrayList<>(1);
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                Grammar.splitList(field.value(), tokens);
            }
        }
        return tokens;
    }

    /** A copy in which this is the only field of that name, at the end. */
    public Headers with(String name, String value) {
        List<Field> copy = new ArrayList<>(fields.size() + 1);
        for (Field field : fields) {
            if (!field.name().equalsIgnoreCase(name)) {
                copy.add(field);
            }
        }
        copy.add(new Field(name, value));
        return new Headers(List.copyOf(copy));
    }

    /** A copy with one more field at the end. */
    public Headers adding(String name, String value) {
        List<Field> copy = new ArrayList<>(fields.size() + 1);
        copy.addAll(fields);
        copy.add(new Field(name, value));
        return new Headers(List.copyOf(copy));
    }

    /** A copy without the fields of these names. */
    public Headers without(String... names) {
        return keeping(name -> {
            for (String gone : names) {
                if (name.equalsIgnoreCase(gone)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** A copy of the fields whose name, spelled as received, passes. */
    public Headers keeping(Predicate<String> name) {
        return of(fields.stream().filter(field -> name.test(field.name())).toList());
    }

    public int size() {
        return fields.size();
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    @Override
    public Iterator<Field> iterator() {
        return fields.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return "Headers" + fields;
    }
}
