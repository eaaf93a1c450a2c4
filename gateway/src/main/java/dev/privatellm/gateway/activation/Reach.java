// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Timepiece;

/**
 * Whether the machine can be reached, as attempts have shown. All waiters share one recovery: after a failed attempt everybody pauses, then one request
 * goes first, and only its success lets the others follow.
 */
sealed interface Reach {
    /** As far as known, yes. */
    record Open() implements Reach {}

    /** The last attempt failed; the next is due when the alarm rings. The number tells this pause from others, whose alarm may ring although it was cancelled. */
    record Paused(long number, Timepiece.Alarm alarm) implements Reach {}

    /** The next request may try. */
    record Due() implements Reach {}

    /** One request is trying. */
    record Probing(Ticket ticket) implements Reach {}
}
