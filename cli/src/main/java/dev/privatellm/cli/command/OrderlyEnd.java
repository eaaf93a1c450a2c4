// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a long-running command once, by whatever comes first: SIGTERM, SIGINT, or its own wish. The JVM offers a signal only as a shutdown hook, after which
 * it would exit with 128 + signal; the hook therefore does the closing and halts with the code that the user was promised. Whoever comes second, another
 * signal included, waits for the first: an end that was cut short would leave a machine awake and its firewall open.
 */
final class OrderlyEnd {
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AutoCloseable close;
    private final int codeOfSignal;
    private volatile int failure = ExitCodes.DONE;

    /**
     * Is ready for signals from now on.
     *
     * @param close closes everything; runs once; has to end by itself, since nothing interrupts it
     * @param codeOfSignal exit code after a signal, if all could be closed
     */
    OrderlyEnd(AutoCloseable close, int codeOfSignal) {
        this.close = close;
        this.codeOfSignal = codeOfSignal;
        Runtime.getRuntime().addShutdownHook(new Thread(this::onSignal, "orderly-end"));
    }

    /** Something that returns when the command should end without a signal. */
    interface Wait {
        void await() throws InterruptedException;
    }

    /** Blocks until {@code wish} returns, then closes and returns 0. A signal meanwhile ends the process from elsewhere. */
    int after(Wait wish) {
        try {
            wish.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return now();
    }

    /** Whether a signal, or the command itself, has begun to end it. */
    boolean hasBegun() {
        return begun.get();
    }

    /** Closes, or waits until that is over if it has begun; returns the exit code. */
    int now() {
        if (begun.compareAndSet(false, true)) {
            closeAll();
        } else {
            awaitOver();
        }
        return failure;
    }

    /** Also runs when the command has ended by itself and the JVM exits: then there is nothing left to wait for, and its own exit code stands. */
    private void onSignal() {
        if (begun.compareAndSet(false, true)) {
            closeAll();
        } else if (over.getCount() == 0) {
            return;
        } else {
            System.err.println(
                    "private-llm: already ending; waiting for running answers to end and for the machine to sleep");
            awaitOver();
        }
        System.out.flush();
        Runtime.getRuntime().halt(failure == ExitCodes.DONE ? codeOfSignal : failure);
    }

    private void closeAll() {
        try {
            close.close();
        } catch (Exception e) {
            System.err.println("private-llm: could not end in order: " + e.getMessage());
            failure = ExitCodes.INTERNAL;
        } finally {
            over.countDown();
        }
    }

    private void awaitOver() {
        boolean interrupted = false;
        while (true) {
            try {
                over.await();
                break;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
