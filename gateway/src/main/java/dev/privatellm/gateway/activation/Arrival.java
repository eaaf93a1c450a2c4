// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import java.time.Duration;
import java.util.Optional;

/**
 * A request, as far as holding it is concerned.
 *
 * @param wakes whether it may wake a machine; one that may not is answered at once where there is none awake
 * @param patience how long its client is known to wait; empty if it did not say
 */
public record Arrival(boolean wakes, Optional<Duration> patience) {}
