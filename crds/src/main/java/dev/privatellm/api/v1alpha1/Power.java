// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;
import java.util.Optional;

/**
 * When the machine runs. All times are in seconds.
 *
 * @param idleTimeoutSeconds how long it is kept without a stream; 0 = for ever
 * @param maxUptimeSeconds ceiling of one run
 * @param startDeadlineSeconds how long a whole wake may take, first boots aside
 * @param firstBootGraceSeconds how long the first boot, which pulls the model, may take
 * @param drainTimeoutSeconds how long a forced drain waits for running answers
 * @param deadManSeconds how long the machine stands a silent controller before it switches itself off
 * @param minUptimeSeconds how long a run lasts at least before idleness ends it
 * @param budget what a month may cost; empty = anything
 * @param schedule hours of the machine, in any order; where they overlap, {@code Off} wins
 */
public record Power(
        PowerState powerState,
        FirstBoot firstBoot,
        long idleTimeoutSeconds,
        long maxUptimeSeconds,
        long startDeadlineSeconds,
        long firstBootGraceSeconds,
        long drainTimeoutSeconds,
        long deadManSeconds,
        long minUptimeSeconds,
        Optional<Budget> budget,
        List<Window> schedule) {

    public Power {
        schedule = List.copyOf(schedule);
    }

    Power withIdleTimeoutSeconds(long seconds) {
        return new Power(
                powerState,
                firstBoot,
                seconds,
                maxUptimeSeconds,
                startDeadlineSeconds,
                firstBootGraceSeconds,
                drainTimeoutSeconds,
                deadManSeconds,
                minUptimeSeconds,
                budget,
                schedule);
    }

    /**
     * What a month may cost.
     *
     * @param monthlyUsd USD for machines and for what stands between runs, in a calendar month of UTC
     */
    public record Budget(long monthlyUsd, OnExceed onExceed) {}

    /**
     * Hours of the machine: all minutes that the expression matches.
     *
     * @param cron five fields, as UNIX has them
     * @param timeZone a name of the IANA database, whose wall clock the expression is about
     */
    public record Window(String cron, String timeZone, Action action) {}

    /** What happens once a month has cost more than its budget. */
    public enum OnExceed implements Worded {
        /** The machine sleeps at its next idle moment, and nothing wakes it before the month is over. */
        SLEEP("Sleep"),
        /** The same, for machines that are not spot ones. */
        ON_DEMAND_OFF("OnDemandOff"),
        /** The condition {@code WithinBudget} says so, and the log. */
        WARN("Warn");

        private final String word;

        OnExceed(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** What holds within a window. */
    public enum Action implements Worded {
        /** The machine serves when the window begins, and runs until it ends. */
        PRE_WARM("PreWarm"),
        /** The machine is started when the window begins, and runs until it ends. */
        ON("On"),
        /** No machine runs; calls are refused with that reason. */
        OFF("Off");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** Who decides whether it runs. */
    public enum PowerState implements Worded {
        /** Demand does. */
        AUTO("Auto"),
        /** It always runs. */
        RUNNING("Running"),
        /** It never runs; calls are refused with that reason. */
        STOPPED("Stopped");

        private final String word;

        PowerState(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** When it is made for the first time. */
    public enum FirstBoot implements Worded {
        /** When the document is applied, so that the model is on its disk before anybody asks. */
        AT_ONCE("AtOnce"),
        /** By the first request. */
        ON_DEMAND("OnDemand");

        private final String word;

        FirstBoot(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
