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
 */
public record Activity(
        Optional<Instant> lastActivity,
        Optional<Instant> wakeStarted,
        Optional<String> lastSleepReason,
        Optional<String> wakeHandled,
        Optional<String> sleepHandled) {

    static final Activity NONE =
            new Activity(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    Activity active(Instant at) {
        return new Activity(Optional.of(at), wakeStarted, lastSleepReason, wakeHandled, sleepHandled);
    }

    Activity waking(Instant at) {
        return new Activity(lastActivity, Optional.of(at), lastSleepReason, wakeHandled, sleepHandled);
    }

    Activity wakeOver() {
        return new Activity(lastActivity, Optional.empty(), lastSleepReason, wakeHandled, sleepHandled);
    }

    Activity slept(String reason) {
        return new Activity(lastActivity, Optional.empty(), Optional.of(reason), wakeHandled, sleepHandled);
    }

    Activity handledWake(Optional<String> request) {
        return new Activity(lastActivity, wakeStarted, lastSleepReason, request, sleepHandled);
    }

    Activity handledSleep(Optional<String> request) {
        return new Activity(lastActivity, wakeStarted, lastSleepReason, wakeHandled, request);
    }
}
