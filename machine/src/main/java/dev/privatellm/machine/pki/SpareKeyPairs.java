// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Key pairs made ahead of need by one background thread, so that no wake waits for an RSA key. A pair that was taken is replaced when {@link #replenish} is
 * called, and not before: making one keeps a processor busy for seconds, which a wake has better use for. Safe from any thread.
 */
public final class SpareKeyPairs implements KeyPairs, AutoCloseable {

    /** One epoch: the server's pair and the two clients'. */
    public static final int PAIRS_PER_EPOCH = 3;

    private final KeyAlgorithm algorithm;
    private final SecureRandom random;
    private final ThreadPoolExecutor maker;
    private final Deque<CompletableFuture<KeyPair>> spares = new ArrayDeque<>();
    private final CompletableFuture<KeyPair> closed = new CompletableFuture<>();

    /** Begins to make the pairs of one epoch. */
    public SpareKeyPairs(KeyAlgorithm algorithm, SecureRandom random) {
        this.algorithm = algorithm;
        this.random = random;
        this.maker = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(2 * PAIRS_PER_EPOCH), SpareKeyPairs::thread);
        replenish();
    }

    /** Begins to replace what was taken, if anything was; returns at once. */
    public void replenish() {
        synchronized (spares) {
            while (!maker.isShutdown() && spares.size() < PAIRS_PER_EPOCH) {
                spares.add(order());
            }
        }
    }

    @Override
    public KeyPair take() {
        CompletableFuture<KeyPair> taken;
        synchronized (spares) {
            if (maker.isShutdown()) {
                throw new CancellationException("no more keys are made");
            }
            taken = readyOrFirst();
        }
        return taken.isDone() ? taken.join() : await(taken);
    }

    @Override
    public KeyAlgorithm algorithm() {
        return algorithm;
    }

    /** How many pairs could be taken now without waiting, at most {@value #PAIRS_PER_EPOCH}. */
    public int ready() {
        synchronized (spares) {
            return (int) spares.stream().filter(CompletableFuture::isDone).count();
        }
    }

    /** Stops making pairs; those waiting for one get an {@link CancellationException}. */
    @Override
    public void close() {
        synchronized (spares) {
            maker.shutdownNow();
            closed.completeExceptionally(new CancellationException("no more keys are made"));
        }
    }

    private KeyPair await(CompletableFuture<KeyPair> ordered) {
        try {
            return ordered.applyToEither(closed, pair -> pair).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof CancellationException cancelled ? cancelled : e;
        }
    }

    private CompletableFuture<KeyPair> readyOrFirst() {
        Iterator<CompletableFuture<KeyPair>> each = spares.iterator();
        while (each.hasNext()) {
            CompletableFuture<KeyPair> spare = each.next();
            if (spare.isDone()) {
                each.remove();
                return spare;
            }
        }
        CompletableFuture<KeyPair> first = spares.poll();
        if (first != null) {
            return first;
        }
        // More takers than orders are kept for: the surplus gets a pair made where it stands rather than an unbounded
        // order.
        return maker.getQueue().remainingCapacity() > 0
                ? order()
                : CompletableFuture.completedFuture(algorithm.generate(random));
    }

    private CompletableFuture<KeyPair> order() {
        return CompletableFuture.supplyAsync(() -> algorithm.generate(random), maker);
    }

    private static Thread thread(Runnable work) {
        return Thread.ofPlatform().name("spare-keys").daemon(true).unstarted(work);
    }
}
