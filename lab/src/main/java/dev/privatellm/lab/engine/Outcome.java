// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Duration;

/**
 * How a generation ended, and its true figures.
 *
 * @param reason {@code stop}, {@code length} or {@code load}
 * @param input tokens of the whole prompt
 * @param cached those of them that were in the cache and not evaluated again
 * @param output tokens generated, thinking and tool calls included
 */
record Outcome(
        String reason, long input, long cached, long output, Duration load, Duration evaluation, Duration generation) {

    /** Nothing was asked, so nothing was said. */
    static Outcome loaded(Duration load) {
        return new Outcome("load", 0, 0, 0, load, Duration.ZERO, Duration.ZERO);
    }

    long total() {
        return input + output;
    }
}
