// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A zone by its name, {@code europe-west4-a}: the place where one machine and its disk live. */
public record Zone(@JsonValue String name) implements Comparable<Zone> {
    private static final Pattern FORM = Pattern.compile("[a-z]+(-[a-z]+)*[0-9]*-[a-z]");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Zone {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("zone: %s (expected: a zone such as europe-west4-a)".formatted(name));
        }
    }

    /** The region that the zone belongs to. */
    public String region() {
        return name.substring(0, name.lastIndexOf('-'));
    }

    @Override
    public int compareTo(Zone other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
