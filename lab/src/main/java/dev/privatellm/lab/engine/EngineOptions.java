// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import java.time.Duration;

/**
 * How a double behaves. {@link #defaults} answers at once; each {@code with…} returns a changed copy.
 *
 * @param host address to bind; loopback unless said otherwise
 * @param port port to bind; 0 takes a free one
 * @param store the models on its disk; give the same store to two doubles in turn and the second finds what the first has pulled
 * @param timeToFirstToken from the end of the request, model loaded, to the first token
 * @param timePerToken from one token to the next; zero is as fast as the reader reads
 * @param pullDuration how long a pull of a model takes that is not in the store, spread over its progress lines
 * @param loadDuration how long the first request of a model waits for its weights
 * @param clock what rows and {@code created_at} are stamped with; durations run on real time
 */
public record EngineOptions(
        String host,
        int port,
        ModelStore store,
        Duration timeToFirstToken,
        Duration timePerToken,
        Duration pullDuration,
        Duration loadDuration,
        Clock clock) {

    public EngineOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
        notNegative("timeToFirstToken", timeToFirstToken);
        notNegative("timePerToken", timePerToken);
        notNegative("pullDuration", pullDuration);
        notNegative("loadDuration", loadDuration);
    }

    /** On loopback, any free port, everything at once, over the given disk. */
    public static EngineOptions defaults(ModelStore store) {
        return new EngineOptions(
                "127.0.0.1", 0, store, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Clock.systemUTC());
    }

    public EngineOptions withBind(String newHost, int newPort) {
        return new EngineOptions(
                newHost, newPort, store, timeToFirstToken, timePerToken, pullDuration, loadDuration, clock);
    }

    public EngineOptions withTimeToFirstToken(Duration duration) {
        return new EngineOptions(host, port, store, duration, timePerToken, pullDuration, loadDuration, clock);
    }

    /** @param rate tokens a second of each stream, positive */
    public EngineOptions withTokensPerSecond(double rate) {
        if (!(rate > 0)) {
            throw new IllegalArgumentException("tokensPerSecond: " + rate + " (expected: > 0)");
        }
        Duration each = Duration.ofNanos(Math.round(1e9 / rate));
        return new EngineOptions(host, port, store, timeToFirstToken, each, pullDuration, loadDuration, clock);
    }

    public EngineOptions withPullDuration(Duration duration) {
        return new EngineOptions(host, port, store, timeToFirstToken, timePerToken, duration, loadDuration, clock);
    }

    public EngineOptions withLoadDuration(Duration duration) {
        return new EngineOptions(host, port, store, timeToFirstToken, timePerToken, pullDuration, duration, clock);
    }

    public EngineOptions withClock(Clock newClock) {
        return new EngineOptions(
                host, port, store, timeToFirstToken, timePerToken, pullDuration, loadDuration, newClock);
    }

    private static void notNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: not negative)");
        }
    }
}
