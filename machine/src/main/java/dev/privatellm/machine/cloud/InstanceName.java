// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Name of an instance, unique within one zone only: the same name may exist in two zones, which is why every zone is looked at before an insert. */
public record InstanceName(@JsonValue String value) {
    private static final Pattern FORM = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public InstanceName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("instance name: %s (expected: 1 to 63 of a-z, 0-9, -)".formatted(value));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
