// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.step.StepResult;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns the results of steps into what people follow: told only when something they would see has changed. */
final class ProgressBoard {
    private final InstantSource clock;
    private final List<Consumer<Progress>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Progress last;

    ProgressBoard(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void accept(StepResult result) {
        Progress next = Progress.of(result.status(), clock.instant());
        if (last == null || next.differsFrom(last)) {
            last = next;
            listeners.forEach(listener -> listener.accept(next));
        }
    }

    synchronized Subscription watch(Consumer<Progress> listener) {
        listeners.add(listener);
        if (last != null) {
            listener.accept(last);
        }
        return () -> listeners.remove(listener);
    }
}
