// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.time.Duration;
import java.util.Optional;

/**
 * A failure as a caller is told it.
 *
 * @param reason which one of the table
 * @param message for people: what, and what to do; clients show it verbatim. The way to the reason's page is added when it is phrased
 * @param retryAfter when to try again; sent only for reasons that say so, and never as more than {@link #MAX_RETRY_AFTER}
 */
public record Failure(Reason reason, String message, Optional<Duration> retryAfter) {
    /** Claude Code fails at once at 61 s and more (measured), so no answer asks for more patience than this. */
    public static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(55);

    /** Said when nobody knows better. */
    static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(20);

    /** Without a time. */
    public static Failure of(Reason reason, String message) {
        return new Failure(reason, message, Optional.empty());
    }

    /** With the time that is expected to pass. */
    public static Failure of(Reason reason, String message, Duration retryAfter) {
        return new Failure(reason, message, Optional.of(retryAfter));
    }

    /** The message with the way to the reason's page. */
    String text() {
        return message + " (see " + reason.page() + ")";
    }

    /** At least one second, at most {@link #MAX_RETRY_AFTER}. */
    Duration boundedRetryAfter() {
        Duration wanted = retryAfter.orElse(DEFAULT_RETRY_AFTER);
        Duration bounded = wanted.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wanted;
        return bounded.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : bounded;
    }
}
