// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What this machine says of itself, numbered: each change gets the next number, and who knows one number may wait for a later one. Thread-safe; watchers are called on the thread that
 * made the change and must be quick.
 */
final class GuestStatus {
    /** What the machine is at, apart from whether it refuses new streams. */
    enum Stage {
        BOOTING,
        PULLING,
        LOADING,
        READY,
        FAILED
    }

    /** A model that has to be here; the digest is empty until the engine has it. */
    record ModelState(String name, Optional<String> digest, boolean loaded) {}

    /**
     * One numbered state.
     *
     * @param percent of the stage, if it has one
     * @param generation of the bundle in use, zero before the first
     * @param install what the startup script has done of this boot so far, empty where there is none
     * @param reason why it is in a bad state, or empty
     */
    record Snapshot(
            long seq,
            Stage stage,
            boolean draining,
            boolean preempted,
            Optional<Integer> percent,
            List<ModelState> models,
            long generation,
            String configHash,
            List<InstallStep> install,
            String reason) {
        Snapshot {
            models = List.copyOf(models);
            install = List.copyOf(install);
        }

        /** The one word that the outside sees. */
        String word() {
            return preempted
                    ? "preempted"
                    : draining ? "draining" : stage.name().toLowerCase(Locale.ROOT);
        }

        /** The first step to an engine that failed, once the startup script is through; empty if none did, or it may still mend that. */
        Optional<InstallStep> failedInstall() {
            boolean isThrough = !install.isEmpty() && install.getLast().name().equals(InstallStep.DONE);
            return isThrough
                    ? install.stream()
                            .filter(step -> step.exitCode() != 0 && step.isForEngine())
                            .findFirst()
                    : Optional.empty();
        }

        Snapshot at(Stage newStage, Optional<Integer> newPercent, String newReason) {
            return new Snapshot(
                    seq, newStage, draining, preempted, newPercent, models, generation, configHash, install, newReason);
        }

        Snapshot withDraining(boolean on) {
            return new Snapshot(seq, stage, on, preempted, percent, models, generation, configHash, install, reason);
        }

        Snapshot withPreempted() {
            return new Snapshot(seq, stage, draining, true, percent, models, generation, configHash, install, reason);
        }

        Snapshot withModels(List<ModelState> newModels) {
            return new Snapshot(
                    seq, stage, draining, preempted, percent, newModels, generation, configHash, install, reason);
        }

        Snapshot withGeneration(long newGeneration) {
            return new Snapshot(
                    seq, stage, draining, preempted, percent, models, newGeneration, configHash, install, reason);
        }

        Snapshot withConfigHash(String newConfigHash) {
            return new Snapshot(
                    seq, stage, draining, preempted, percent, models, generation, newConfigHash, install, reason);
        }

        Snapshot withInstall(List<InstallStep> newInstall) {
            return new Snapshot(
                    seq, stage, draining, preempted, percent, models, generation, configHash, newInstall, reason);
        }

        private Snapshot numbered(long newSeq) {
            return new Snapshot(
                    newSeq, stage, draining, preempted, percent, models, generation, configHash, install, reason);
        }
    }

    private Snapshot current =
            new Snapshot(1, Stage.BOOTING, false, false, Optional.empty(), List.of(), 0, "", List.of(), "");
    private final List<Runnable> watchers = new ArrayList<>();

    synchronized Snapshot current() {
        return current;
    }

    /** Makes a change. One that changes nothing gets no number. */
    void change(UnaryOperator<Snapshot> change) {
        List<Runnable> told;
        synchronized (this) {
            Snapshot changed = change.apply(current);
            if (changed.equals(current)) {
                return;
            }
            current = changed.numbered(current.seq() + 1);
            told = List.copyOf(watchers);
        }
        told.forEach(Runnable::run);
    }

    /** Tells watchers although nothing of the snapshot changed: the last stream of a draining machine has ended. */
    void touch() {
        List<Runnable> told;
        synchronized (this) {
            current = current.numbered(current.seq() + 1);
            told = List.copyOf(watchers);
        }
        told.forEach(Runnable::run);
    }

    /** Calls {@code changed} after each change until it is removed. */
    synchronized void watch(Runnable changed) {
        watchers.add(changed);
    }

    synchronized void unwatch(Runnable changed) {
        watchers.remove(changed);
    }
}
