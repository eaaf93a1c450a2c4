// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/**
 * Where a {@link UsageReader} says what becomes of the bytes it was fed, strictly in order: the holder keeps a queue of what it fed, forwards the next
 * {@code count} bytes of it on {@link #pass} and skips them on {@link #drop}. Slices need not be copied, only cut.
 */
public interface Sluice {
    /** The next {@code count} bytes go on to the client now. */
    void pass(int count);

    /** The next {@code count} bytes are those of a chunk that we forced and the client must not see. */
    void drop(int count);
}
