// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the request bodies in memory, of all exchanges together. Safe to call from any thread. */
public final class BodyBudget {
    private final long maxBytes;
    private final AtomicLong reserved = new AtomicLong();

    public BodyBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether there was room for so many bytes more; if so they are reserved until {@link #release}. */
    public boolean reserve(long bytes) {
        if (reserved.addAndGet(bytes) > maxBytes) {
            reserved.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** Gives reserved bytes back. */
    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }
}
