// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.power.PowerRequests;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was last wanted.
 *
 * @param lastActivity latest moment at which anybody used the machine
 * @param wakeStarted when the wake under way was first asked for; empty while none is
 * @param lastSleepReason why it was last put to sleep; empty if never
 * @param wakeHandled the wake by hand that was last carried out, as its request named it
 * @param sleepHandled the sleep by hand that was last carried out
 * @param budgetOverriddenUntil until when an exceeded budget does not matter; empty if nobody ever said so
 * @param windowLeftUntil until when the window in which the machine was put to sleep by hand does not keep it awake; empty if nobody left one
 */
public record Activity(
        Optional<Instant> lastActivity,
        Optional<Instant> wakeStarted,
        Optional<String> lastSleepReason,
        Optional<String> wakeHandled,
        Optional<String> sleepHandled,
        Optional<Instant> budgetOverriddenUntil,
        Optional<Instant> windowLeftUntil) {

    public Activity {
        // A record that was written before there were budgets is one without any word about them.
        budgetOverriddenUntil = budgetOverriddenUntil == null ? Optional.empty() : budgetOverriddenUntil;
        windowLeftUntil = windowLeftUntil == null ? Optional.empty() : windowLeftUntil;
    }

    static final Activity NONE = new Activity(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Whether a wake is wanted that was neither fulfilled nor given up: one that is under way, or one by hand that is not carried out yet. */
    public boolean wakeWanted(PowerRequests requests) {
        return wakeStarted.isPresent() || isNew(requests);
    }

    /** Whether a wake by hand is asked for that was not carried out yet. */
    boolean isNew(PowerRequests requests) {
        return requests.wake().isPresent() && !requests.wake().equals(wakeHandled);
    }

    Activity active(Instant at) {
        return edited(draft -> draft.lastActivity = Optional.of(at));
    }

    Activity waking(Instant at) {
        return edited(draft -> draft.wakeStarted = Optional.of(at));
    }

    Activity wakeOver() {
        return edited(draft -> draft.wakeStarted = Optional.empty());
    }

    Activity slept(String reason) {
        return edited(draft -> {
            draft.wakeStarted = Optional.empty();
            draft.lastSleepReason = Optional.of(reason);
        });
    }

    /** Whoever wakes it by hand wants it to be kept awake again as the calendar says. */
    Activity handledWake(Optional<String> request) {
        return edited(draft -> {
            draft.wakeHandled = request;
            draft.windowLeftUntil = Optional.empty();
        });
    }

    Activity handledSleep(Optional<String> request) {
        return edited(draft -> draft.sleepHandled = request);
    }

    Activity overridingBudget(Instant until) {
        return edited(draft -> draft.budgetOverriddenUntil = Optional.of(until));
    }

    Activity leavingWindow(Instant until) {
        return edited(draft -> draft.windowLeftUntil = Optional.of(until));
    }

    private Activity edited(Consumer<Draft> edit) {
        Draft draft = new Draft(this);
        edit.accept(draft);
        return new Activity(
                draft.lastActivity,
                draft.wakeStarted,
                draft.lastSleepReason,
                draft.wakeHandled,
                draft.sleepHandled,
                draft.budgetOverriddenUntil,
                draft.windowLeftUntil);
    }

    private static final class Draft {
        private Optional<Instant> lastActivity;
        private Optional<Instant> wakeStarted;
        private Optional<String> lastSleepReason;
        private Optional<String> wakeHandled;
        private Optional<String> sleepHandled;
        private Optional<Instant> budgetOverriddenUntil;
        private Optional<Instant> windowLeftUntil;

        Draft(Activity before) {
            lastActivity = before.lastActivity;
            wakeStarted = before.wakeStarted;
            lastSleepReason = before.lastSleepReason;
            wakeHandled = before.wakeHandled;
            sleepHandled = before.sleepHandled;
            budgetOverriddenUntil = before.budgetOverriddenUntil;
            windowLeftUntil = before.windowLeftUntil;
        }
    }
}
