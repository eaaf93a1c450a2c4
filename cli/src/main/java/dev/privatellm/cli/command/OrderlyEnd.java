// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a long-running command once, by whatever comes first: SIGTERM, SIGINT, or its own wish. The JVM offers a signal only as a shutdown hook, after which
 * it would exit with 128 + signal; the hook therefore does the closing and halts with the code that the user was promised: 0.
 */
final class OrderlyEnd {
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AutoCloseable close;

    /** @param close closes everything; runs once; has to end by itself, since nothing interrupts it */
    OrderlyEnd(AutoCloseable close) {
        this.close = close;
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

    /** Closes, unless that has begun already; returns the exit code. */
    int now() {
        return begun.compareAndSet(false, true) ? closed() : ExitCodes.DONE;
    }

    private void onSignal() {
        if (begun.compareAndSet(false, true)) {
            int code = closed();
            System.out.flush();
            Runtime.getRuntime().halt(code);
        }
    }

    private int closed() {
        try {
            close.close();
            return ExitCodes.DONE;
        } catch (Exception failure) {
            System.err.println("private-llm: could not end in order: " + failure.getMessage());
            return ExitCodes.INTERNAL;
        }
    }
}
