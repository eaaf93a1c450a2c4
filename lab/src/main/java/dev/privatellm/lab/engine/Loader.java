// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which models are in memory. The first request of a model waits for its weights; those that arrive meanwhile wait for the rest of the same time. */
final class Loader {

    /** How long Ollama keeps a model that was not asked for otherwise. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);

    private final Duration loadDuration;
    private final Clock clock;
    private final Map<String, Loaded> loaded = new HashMap<>();

    /** A model in memory, or on its way there until {@code readyAtNanos} of the monotonic clock. */
    record Loaded(EngineModel model, long readyAtNanos, Instant expiresAt) {}

    Loader(EngineOptions options) {
        this.loadDuration = options.loadDuration();
        this.clock = options.clock();
    }

    /** Waits until the model is in memory, loading it if it is not; tells how long that took. */
    Duration load(EngineModel model, Exchange exchange) throws ClientGone {
        long begun = System.nanoTime();
        Loaded mine = touch(model, begun);
        exchange.pause(Duration.ofNanos(Math.max(0, mine.readyAtNanos() - begun)));
        return Duration.ofNanos(Math.max(1, System.nanoTime() - begun));
    }

    private synchronized Loaded touch(EngineModel model, long now) {
        Loaded before = loaded.get(model.name());
        long readyAt = before == null ? now + loadDuration.toNanos() : before.readyAtNanos();
        Loaded after = new Loaded(model, readyAt, clock.instant().plus(KEEP_ALIVE));
        loaded.put(model.name(), after);
        return after;
    }

    synchronized void unload(EngineModel model) {
        loaded.remove(model.name());
    }

    /** Those whose weights are in memory, newest use first. */
    synchronized List<Loaded> list() {
        long now = System.nanoTime();
        return loaded.values().stream()
                .filter(l -> l.readyAtNanos() - now <= 0)
                .sorted(Comparator.comparing(Loaded::expiresAt).reversed())
                .toList();
    }
}
