// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a gateway knows, as {@code /status} shows it. Times are ISO-8601, durations seconds.
 *
 * @param schema of this document
 * @param running requests being handled
 * @param held requests waiting for a machine
 */
public record GatewayStatus(
        int schema, String version, Instant since, boolean draining, int running, int held, List<RouteStatus> routes) {
    /** The present schema. */
    public static final int SCHEMA = 1;

    /**
     * One machine.
     *
     * @param serving whether requests are forwarded now
     * @param etaSeconds expected time until serving; absent if nothing is known or nothing is under way
     * @param totals of finished requests since this gateway started, by confidence
     */
    public record RouteStatus(
            String namespace,
            String name,
            String state,
            Optional<String> stage,
            Optional<Integer> percent,
            Optional<Long> etaSeconds,
            Optional<String> reason,
            Optional<String> message,
            boolean serving,
            int slots,
            int held,
            int inFlight,
            List<String> models,
            Map<String, Totals> totals) {}

    /** Sums over finished requests of one confidence. */
    public record Totals(
            long requests,
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteInputTokens,
            long outputTokens,
            long reasoningTokens) {}
}
