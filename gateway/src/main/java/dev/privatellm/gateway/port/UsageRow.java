// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import dev.privatellm.gateway.metering.TokenUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One metered exchange. No text of a user is in it.
 *
 * @param requestId the {@code X-Request-Id} that the client was given
 * @param time when the request arrived
 * @param keyId who asked
 * @param modelAsked the name in the request
 * @param modelServed the name that the engine was asked for
 * @param api the path, without its query string
 * @param streamed whether the client asked for a stream
 * @param status HTTP status that the client saw; 499 if it left before there was one
 * @param reason why it failed, one CamelCase word; empty if it did not
 * @param usage the tokens and how far they can be trusted
 * @param timeToFirstByte from dispatch to the engine's first body byte, hold and heartbeats excluded; empty if there was none
 * @param held time spent waiting for the machine or for a slot
 * @param duration from arrival to the end of the response
 * @param wakeCaused whether demand rose from nothing with this request while the machine slept
 * @param runId run of the machine that answered
 */
public record UsageRow(
        String requestId,
        Instant time,
        String keyId,
        RouteId route,
        String modelAsked,
        String modelServed,
        String api,
        boolean streamed,
        int status,
        Optional<String> reason,
        TokenUsage usage,
        Optional<Duration> timeToFirstByte,
        Duration held,
        Duration duration,
        boolean wakeCaused,
        Optional<String> runId) {}
