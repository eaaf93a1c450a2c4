// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Duration;
import java.time.Instant;

/**
 * Something that somebody else has changed, as it was last found: the first field that differs.
 *
 * @param what which thing, by kind and name
 * @param field what of it
 * @param is as it was found
 * @param wanted as it should be
 */
public record Drift(String what, String field, String is, String wanted, Instant at) {
    private static final Duration SHORTEST_PERIOD = Duration.ofMinutes(8);
    private static final long SPREAD_MILLIS = Duration.ofMinutes(4).toMillis();

    /** For so long a finding is the one that is being mended. */
    private static final Duration BEING_MENDED = Duration.ofMinutes(1);

    /** When to look at a thing again: ten minutes later on average, and each thing at moments of its own. */
    static Instant nextLook(String what, Instant last) {
        int seed = Names.sha256(what + last).hashCode();
        return last.plus(SHORTEST_PERIOD).plusMillis(Math.floorMod(seed, SPREAD_MILLIS));
    }

    /** Whether this is what was found a moment ago. */
    boolean isKnownAs(Drift other) {
        return what.equals(other.what)
                && field.equals(other.field)
                && is.equals(other.is)
                && other.at.isBefore(at.plus(BEING_MENDED));
    }
}
