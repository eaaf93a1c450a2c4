// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps epochs in memory, as a store without a disk would. */
public final class MemoryEpochStore implements EpochStore {
    private final SortedMap<Long, Epoch> epochs = new TreeMap<>();

    private final List<Epoch> saved = new ArrayList<>();
    private Runnable aroundSave = () -> {};
    private boolean failsFinds;

    /** Called before and after everything that is saved; may throw to play a crash. */
    public void aroundSave(Runnable action) {
        aroundSave = action;
    }

    /** Whether nothing can be found out, as on a disk that has failed. */
    public synchronized void failFinds(boolean fails) {
        failsFinds = fails;
    }

    /** Everything that was ever saved, whatever became of it. */
    public synchronized List<Epoch> saved() {
        return List.copyOf(saved);
    }

    @Override
    public synchronized void save(Epoch epoch) {
        aroundSave.run();
        epochs.put(epoch.generation(), epoch);
        saved.add(epoch);
        aroundSave.run();
    }

    @Override
    public synchronized Optional<Epoch> find(long generation) {
        if (failsFinds) {
            throw new IllegalStateException("the disk has failed");
        }
        return Optional.ofNullable(epochs.get(generation));
    }

    @Override
    public synchronized void forgetBefore(long generation) {
        epochs.headMap(generation).clear();
    }
}
