// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Link;
import java.time.Duration;
import java.time.Instant;

/**
 * What a decision about one request depends on.
 *
 * @param link as last read
 * @param linkAge time since it was read
 * @param reachable whether a request may try the machine: the last attempt succeeded, or another one is due
 * @param slotFree whether fewer requests are in flight than may be, and nobody waits already
 * @param heldHere requests waiting for this machine
 * @param heldEverywhere requests waiting for any machine
 * @param inFlightEverywhere requests being answered by any machine
 * @param now wall clock
 */
record GateState(
        Link link,
        Duration linkAge,
        boolean reachable,
        boolean slotFree,
        int heldHere,
        int heldEverywhere,
        int inFlightEverywhere,
        Instant now) {}
