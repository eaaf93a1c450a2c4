// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.util.Optional;
import java.util.function.Supplier;

/** Authorities in memory. What is to happen right before and after each change may be set, such as the end of a process. */
public final class MemoryAuthorities implements Authorities {
    private final Supplier<CaSigner> fresh;
    private CaSigner current;
    private Optional<CaSigner> successor = Optional.empty();
    private Runnable around = () -> {};

    /** @param fresh makes an authority */
    public MemoryAuthorities(CaSigner first, Supplier<CaSigner> fresh) {
        this.current = first;
        this.fresh = fresh;
    }

    /** Runs before and after every change from now on. */
    public void aroundChange(Runnable newAround) {
        around = newAround;
    }

    @Override
    public CaSigner current() {
        return current;
    }

    @Override
    public Optional<CaSigner> successor() {
        return successor;
    }

    @Override
    public CaSigner begin() {
        around.run();
        CaSigner next = successor.orElseGet(fresh);
        successor = Optional.of(next);
        around.run();
        return next;
    }

    @Override
    public CaSigner complete() {
        around.run();
        current = successor.orElse(current);
        successor = Optional.empty();
        around.run();
        return current;
    }

    @Override
    public CaSigner replace() {
        around.run();
        current = fresh.get();
        successor = Optional.empty();
        around.run();
        return current;
    }
}
