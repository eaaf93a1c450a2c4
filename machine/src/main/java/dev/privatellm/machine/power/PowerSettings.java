// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The times that govern power.
 *
 * @param idleTimeout how long a serving machine is kept without demand; zero = for ever
 * @param startDeadline how long a wake of a machine that has booted before may take
 * @param firstBootGrace how long a first boot may take, from insert to a loaded model
 * @param drainTimeout how long a forced drain waits for running answers
 * @param maxUptime ceiling of one run
 * @param deadMan how long the machine stands a silent controller
 * @param minUptime how long a run lasts at least before idleness ends it
 * @param budget what a month may cost; empty = anything
 * @param schedule windows, in any order
 */
public record PowerSettings(
        PowerState powerState,
        FirstBoot firstBoot,
        Duration idleTimeout,
        Duration startDeadline,
        Duration firstBootGrace,
        Duration drainTimeout,
        Duration maxUptime,
        Duration deadMan,
        Duration minUptime,
        Optional<Budget> budget,
        List<Window> schedule) {

    public PowerSettings {
        schedule = List.copyOf(schedule);
    }

    /** The same with no run longer than this. */
    public PowerSettings atMost(Duration run) {
        return run.compareTo(maxUptime) >= 0
                ? this
                : new PowerSettings(
                        powerState,
                        firstBoot,
                        idleTimeout,
                        startDeadline,
                        firstBootGrace,
                        drainTimeout,
                        run,
                        deadMan,
                        minUptime,
                        budget,
                        schedule);
    }

    /** Until when a machine that was asked for at {@code wakeStarted} must serve. */
    public java.time.Instant wakeDeadline(java.time.Instant wakeStarted, boolean isFirstBoot) {
        return wakeStarted.plus(isFirstBoot ? firstBootGrace : startDeadline);
    }
}
