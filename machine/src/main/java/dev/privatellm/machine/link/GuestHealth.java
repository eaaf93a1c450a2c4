// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the guest says of itself.
 *
 * @param seq grows with every change within one boot
 * @param bootId changes with every boot
 * @param instanceId the cloud's number of the machine, as the machine was told
 * @param generation certificate generation that it presents
 * @param configHash of the configuration it runs with
 * @param percent progress of the present state, 0 to 100, where it has one
 * @param install what the machine's startup script has done in this boot so far; empty if nobody knows
 * @param openStreams engine streams open now
 * @param lastActivity when a stream was last open; empty if none since boot
 * @param deadManAt when it will switch itself off if nobody beats; empty while it will not
 * @param reason why it is in a failed or refusing state; empty otherwise
 */
public record GuestHealth(
        long seq,
        String bootId,
        String instanceId,
        long generation,
        String configHash,
        State state,
        Optional<Integer> percent,
        List<Model> models,
        List<InstallStep> install,
        int openStreams,
        Optional<Instant> lastActivity,
        Optional<Instant> deadManAt,
        Optional<String> reason) {

    /** The step that stands for the script as a whole. */
    private static final String THROUGH = "done";

    public GuestHealth {
        models = List.copyOf(models);
        install = List.copyOf(install);
    }

    /** The steps of this boot's installation that failed; what was there before goes on. */
    public List<InstallStep> failedSteps() {
        return install.stream()
                .filter(step -> step.exitCode() != 0 && !step.name().equals(THROUGH))
                .toList();
    }

    /** Whether all of this boot's installation has been done, and nothing of it failed. */
    public boolean isInstalled() {
        return install.stream().anyMatch(step -> step.name().equals(THROUGH) && step.exitCode() == 0);
    }

    /** One step of the machine's startup script that is over; 0 is a success. */
    public record InstallStep(String name, int exitCode) {}

    public enum State {
        BOOTING,
        PULLING,
        LOADING,
        READY,
        DRAINING,
        PREEMPTED,
        FAILED
    }

    /** A model on the machine; the digest is empty until it is known. */
    public record Model(String name, Optional<String> digest, boolean loaded) {}
}
