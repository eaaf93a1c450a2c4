// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import java.time.Duration;

/**
 * How the time of one boot is split. What is left of it is the software's own start.
 *
 * @param boot from accepted insert to serving
 * @param isModelTimed whether the engine itself takes the time of pulling and loading a model, as the double does
 */
public record Pace(Duration boot, boolean isModelTimed) {

    private static final int SYSTEM = 8;
    private static final int PULL = 50;
    private static final int LOAD = 20;

    private static final Duration LONGEST_QUICK_OPERATION = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    /** How long software may take to end before its power is cut; the cloud gives 90 s. */
    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(8);

    /** Notice before a preempted machine loses its power, as documented: 30 s. */
    private static final Duration LONGEST_NOTICE = Duration.ofSeconds(30);

    /** Until an operation is no longer pending. */
    Duration pending() {
        return shorter(percent(1), Duration.ofMillis(200));
    }

    /** An operation on something that has no life: a rule, labels. */
    Duration quick() {
        return shorter(percent(4), LONGEST_QUICK_OPERATION);
    }

    /** From accepted to STAGING. */
    Duration provisioning() {
        return percent(10);
    }

    /** From STAGING to RUNNING. */
    Duration staging() {
        return percent(10);
    }

    /** From RUNNING to the start of the software; takes over what a real engine, which has its models, leaves of the boot. */
    Duration system() {
        return isModelTimed ? percent(SYSTEM) : percent(SYSTEM + PULL + LOAD);
    }

    /** Pull of a model that is not on the disk. */
    public Duration pull() {
        return percent(PULL);
    }

    /** Load of a model. */
    public Duration load() {
        return percent(LOAD);
    }

    /** Least time in STOPPING before the operation ends. */
    Duration stopping() {
        return shorter(percent(15), LONGEST_STOP);
    }

    /** From the end of a stop operation to TERMINATED: the operation ends first (reported: skypilot-org/skypilot#1102). */
    Duration linger() {
        return shorter(percent(5), LONGEST_STOP).plusMillis(20);
    }

    Duration grace() {
        return SHUTDOWN_GRACE;
    }

    /** From the notice of a preemption to the signal, and again to the loss of power. */
    Duration halfNotice() {
        return shorter(percent(25).plusMillis(500), LONGEST_NOTICE.dividedBy(2));
    }

    private Duration percent(int share) {
        return boot.multipliedBy(share).dividedBy(100);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
