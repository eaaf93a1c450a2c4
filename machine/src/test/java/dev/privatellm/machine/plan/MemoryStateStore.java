// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/** Keeps a state in memory for as long as it is referred to, across controllers that die. */
public final class MemoryStateStore<S> implements StateStore<S> {
    private S state;
    private long version = 1;
    private Runnable beforeWrite = () -> {};

    public MemoryStateStore(S initial) {
        this.state = initial;
    }

    /** Called before every write; may throw to play a crash, or write to play a rival. */
    public void beforeWrite(Runnable action) {
        beforeWrite = action;
    }

    @Override
    public synchronized Versioned<S> read() {
        return new Versioned<>(state, version);
    }

    @Override
    public synchronized long compareAndSet(long expected, S next) {
        beforeWrite.run();
        if (expected != version) {
            throw new StaleState(expected, version);
        }
        state = next;
        version++;
        return version;
    }
}
