// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * What was last wanted.
 *
 * @param lastActivity latest moment at which anybody used the machine
 * @param wakeStarted when the wake under way was first asked for; empty while none is
 * @param lastSleepReason why it was last put to sleep; empty if never
 * @param wakeHandled the wake by hand that was last carried out, as its request named it
 * @param sleepHandled the sleep by hand that was last carried out
 * @param budgetOverriddenUntil until when an exceeded budget does not matter; empty if nobody ever said so
 */
public record Activity(
        Optional<Instant> lastActivity,
        Optional<Instant> wakeStarted,
        Optional<String> lastSleepReason,
        Optional<String> wakeHandled,
        Optional<String> sleepHandled,
        Optional<Instant> budgetOverriddenUntil) {

    public Activity {
        // A record that was written before there were budgets is one without any word about them.
        budgetOverriddenUntil = budgetOverriddenUntil == null ? Optional.empty() : budgetOverriddenUntil;
    }

    static final Activity NONE = new Activity(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    Activity active(Instant at) {
        return new Activity(
                Optional.of(at), wakeStarted, lastSleepReason, wakeHandled, sleepHandled, budgetOverriddenUntil);
    }

    Activity waking(Instant at) {
        return new Activity(
                lastActivity, Optional.of(at), lastSleepReason, wakeHandled, sleepHandled, budgetOverriddenUntil);
    }

    Activity wakeOver() {
        return new Activity(
                lastActivity, Optional.empty(), lastSleepReason, wakeHandled, sleepHandled, budgetOverriddenUntil);
    }

    Activity slept(String reason) {
        return new Activity(
                lastActivity, Optional.empty(), Optional.of(reason), wakeHandled, sleepHandled, budgetOverriddenUntil);
    }

    Activity handledWake(Optional<String> request) {
        return new Activity(lastActivity, wakeStarted, lastSleepReason, request, sleepHandled, budgetOverriddenUntil);
    }

    Activity handledSleep(Optional<String> request) {
        return new Activity(lastActivity, wakeStarted, lastSleepReason, wakeHandled, request, budgetOverriddenUntil);
    }

    Activity overridingBudget(Instant until) {
        return new Activity(lastActivity, wakeStarted, lastSleepReason, wakeHandled, sleepHandled, Optional.of(until));
    }
}
