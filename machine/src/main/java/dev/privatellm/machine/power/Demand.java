// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.Instant;
import java.util.Optional;

/**
 * Who wants the machine now, as the gateways wrote it down.
 *
 * @param held requests that wait for the machine, at least 0
 * @param inFlight requests that are being answered, at least 0
 * @param lastActivity when a request last arrived or ended; empty if never
 */
public record Demand(int held, int inFlight, Optional<Instant> lastActivity) {

    /** Nobody asks and nobody ever did. */
    public static final Demand NONE = new Demand(0, 0, Optional.empty());

    public Demand {
        if (held < 0 || inFlight < 0) {
            throw new IllegalArgumentException(
                    "demand: held %d, inFlight %d (expected: >= 0)".formatted(held, inFlight));
        }
    }

    /** Whether anybody would be kept waiting, or cut off, without the machine. */
    public boolean isPresent() {
        return held > 0 || inFlight > 0;
    }
}
