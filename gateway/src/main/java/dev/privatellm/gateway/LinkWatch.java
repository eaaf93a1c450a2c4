// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.RouteSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the links again after each change, on one thread of its own, since keys are read on the way; changes that come meanwhile are read as one. The first
 * reading is made by that thread too, so that none overtakes another. Generations of one resource only grow: a link of an older one is passed over.
 */
final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);

    private final RouteSource source;
    private final Consumer<List<Link>> reader;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("gateway-links").factory());
    private final AtomicBoolean pending = new AtomicBoolean();
    private final RouteSource.Subscription subscription;
    private Map<RouteId, Link> newest = Map.of();

    /** Reads once before it returns. */
    LinkWatch(RouteSource source, Consumer<List<Link>> reader) {
        this.source = source;
        this.reader = reader;
        this.subscription = source.subscribe(this::changed);
        try {
            CompletableFuture.runAsync(this::read, thread).join();
        } catch (CompletionException fault) {
            close();
            throw new IllegalStateException("the links cannot be read", fault.getCause());
        }
    }

    private void changed() {
        if (pending.compareAndSet(false, true)) {
            try {
                thread.execute(this::readAgain);
            } catch (RejectedExecutionException closed) {
                LOG.debug("Links changed after the gateway was closed");
            }
        }
    }

    private void readAgain() {
        pending.set(false);
        try {
            read();
        } catch (RuntimeException fault) {
            LOG.error("Links could not be taken over; those known before stay", fault);
        }
    }

    private void read() {
        Map<RouteId, Link> read = new LinkedHashMap<>();
        for (Link link : source.links()) {
            read.merge(link.id(), link, LinkWatch::newer);
        }
        read.replaceAll((route, link) -> newest.containsKey(route) ? newer(newest.get(route), link) : link);
        newest = read;
        reader.accept(List.copyOf(read.values()));
    }

    private static Link newer(Link known, Link read) {
        boolean older =
                read.uid().equals(known.uid()) && read.generation() > 0 && read.generation() < known.generation();
        if (older) {
            LOG.warn(
                    "Passed over the link of {} of generation {}: {} is known",
                    read.id(),
                    read.generation(),
                    known.generation());
        }
        return older ? known : read;
    }

    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
    }
}
