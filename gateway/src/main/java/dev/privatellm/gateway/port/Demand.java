// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What one route is asked for.
 *
 * @param seq grows with every signal of this gateway for this route
 * @param held requests that wait for the machine
 * @param inFlight requests being answered, running transfers included
 * @param linkGeneration generation of the link that the gateway uses
 * @param lastActivity when a request last arrived, moved or ended
 * @param requests metered requests since this gateway started
 * @param tokens input and output tokens since this gateway started, by confidence in lower case
 */
public record Demand(
        long seq,
        int held,
        int inFlight,
        long linkGeneration,
        Instant lastActivity,
        long requests,
        Map<String, Long> tokens) {

    /** How often lasting demand is repeated. */
    public static final Duration RENEWAL_PERIOD = Duration.ofSeconds(5);

    public Demand {
        tokens = Map.copyOf(tokens);
    }

    /** Whether anybody needs the machine now. */
    public boolean isPresent() {
        return held > 0 || inFlight > 0;
    }
}
