// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the links again after each change, on one thread of its own, since keys are read on the way; changes that come meanwhile are read as one. */
final class LinkWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);

    private final RouteSource source;
    private final Consumer<List<Link>> reader;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("gateway-links").factory());
    private final AtomicBoolean pending = new AtomicBoolean();
    private final RouteSource.Subscription subscription;

    /** Reads once before it returns. */
    LinkWatch(RouteSource source, Consumer<List<Link>> reader) {
        this.source = source;
        this.reader = reader;
        this.subscription = source.subscribe(this::changed);
        reader.accept(source.links());
    }

    private void changed() {
        if (pending.compareAndSet(false, true)) {
            try {
                thread.execute(this::read);
            } catch (RejectedExecutionException closed) {
                LOG.debug("Links changed after the gateway was closed");
            }
        }
    }

    private void read() {
        pending.set(false);
        try {
            reader.accept(source.links());
        } catch (RuntimeException fault) {
            LOG.error("Links could not be taken over; those known before stay", fault);
        }
    }

    @Override
    public void close() {
        subscription.close();
        thread.shutdownNow();
    }
}
