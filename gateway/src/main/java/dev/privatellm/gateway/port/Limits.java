// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.time.Duration;

/**
 * The bounds of everything that could grow or last: one gateway, all routes unless said.
 *
 * @param maxBodyBytes largest request body, decompressed; more is 413
 * @param maxHeldPerRoute requests waiting for one machine
 * @param maxHeld requests waiting for any machine
 * @param maxHeldBytes their bodies in memory
 * @param maxInFlight requests being answered
 * @param grace how long a held request is sent nothing, so that its status can still be an honest one
 * @param heartbeat period of the signs of life after that
 * @param silence longest hold of a client API that knows no sign of life
 * @param bootMargin added to a boot's own deadline to get the longest hold
 * @param bootAllowance longest boot where the link names no deadline
 * @param connectTimeout to establish a connection
 * @param handshakeTimeout to agree on TLS
 * @param firstByteTimeout from the request's last byte to the answer's head
 * @param idleTimeout longest pause within an answer
 * @param writeStall how long a client may take nothing at all of what waits for it, before it counts as gone and its generation ends
 * @param retryDelay pause between two attempts that certainly were not processed
 * @param maxAttempts of one request
 */
public record Limits(
        int maxBodyBytes,
        int maxHeldPerRoute,
        int maxHeld,
        long maxHeldBytes,
        int maxInFlight,
        Duration grace,
        Duration heartbeat,
        Duration silence,
        Duration bootMargin,
        Duration bootAllowance,
        Duration connectTimeout,
        Duration handshakeTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration writeStall,
        Duration retryDelay,
        int maxAttempts) {

    /** What suits one workstation and an ordinary gateway alike. */
    public static Limits ordinary() {
        return new Limits(
                32 << 20,
                1_000,
                10_000,
                64L << 20,
                1_000,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1_800),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(600),
                Duration.ofSeconds(600),
                Duration.ofSeconds(600),
                Duration.ofSeconds(5),
                12);
    }
}
