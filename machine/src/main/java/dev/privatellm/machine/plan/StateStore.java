// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * Keeps the state of one resource and refuses to overwrite what its writer has not seen.
 *
 * @param <S> an immutable value
 */
public interface StateStore<S> {

    /** The state with the version to give back when replacing it. */
    Versioned<S> read();

    /**
     * Replaces the state if nobody else has since {@code version} was read; durable once this returns.
     *
     * @return the new version
     * @throws StaleState if somebody has: the step that decided upon the old state ends and is never retried with its decision
     */
    long compareAndSet(long version, S state);

    /** A state and its version. */
    record Versioned<S>(S state, long version) {}

    /** Somebody else wrote first. */
    final class StaleState extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StaleState(long expected, long found) {
            super("state version %d is gone, found %d".formatted(expected, found));
        }
    }
}
