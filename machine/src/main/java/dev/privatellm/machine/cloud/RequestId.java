// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Identifies one intended mutation. It is written down before the call; resending it yields the operation of the first call, not another effect. */
public record RequestId(@JsonValue UUID value) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RequestId {}

    public static RequestId parse(String text) {
        return new RequestId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
