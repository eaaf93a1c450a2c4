// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes note of what people asked for: a wake by hand clears what stands in its way, and of a machine on its way down it is remembered until it is down; a sleep by hand holds for the rest of a window that would keep the
 * machine awake, and is done if it sleeps; a rotation, of the authority too, is written down, so that it is carried out whatever happens to this process.
 */
final class RequestsByHand {
    private RequestsByHand() {}

    static Optional<Plan> plan(Turn turn) {
        // A wake is refused by a budget that is not overridden yet.
        return written(turn).or(() -> power(turn)).or(() -> forgiven(turn));
    }

    /** What is only written down now, and carried out whenever it can be: nobody's power depends on it. */
    static Optional<Plan> written(Turn turn) {
        PlanState state = turn.state();
        Optional<Instant> override = turn.facts().requests().budgetOverride();
        if (override.isPresent() && !override.equals(state.activity().budgetOverriddenUntil())) {
            return Turn.note(state.with(state.activity().overridingBudget(override.get())), "BudgetOverridden");
        }
        Optional<String> replacement = turn.facts().requests().replacement();
        if (replacement.isPresent() && !replacement.equals(state.replacementConfirmed())) {
            return Turn.note(state.confirming(replacement.get()), "ReplacementConfirmed");
        }
        PlanState noted = noted(state, turn.facts().requests(), turn.now());
        return noted.equals(state) ? Optional.empty() : Turn.note(noted, "RotationAskedFor");
    }

    private static Optional<Plan> power(Turn turn) {
        PlanState state = turn.state();
        Optional<String> wake = turn.facts().requests().wake();
        if (state.activity().isNew(turn.facts().requests()) && !isGoingDown(state.power())) {
            return Turn.note(woken(turn, wake), "WokenByHand");
        }
        Optional<String> sleep = turn.facts().requests().sleep();
        boolean isNewSleep = sleep.isPresent() && !sleep.equals(state.activity().sleepHandled());
        Optional<Instant> windowEnd = turn.windowEnd();
        if (isNewSleep
                && windowEnd.isPresent()
                && state.activity()
                        .windowLeftUntil()
                        .filter(turn.now()::isBefore)
                        .isEmpty()) {
            return Turn.note(state.with(state.activity().leavingWindow(windowEnd.get())), "WindowLeft");
        }
        if (isNewSleep
                && Planner.isAsleep(state.power())
                && state.activity().wakeStarted().isEmpty()) {
            return Turn.note(state.with(state.activity().handledSleep(sleep)), "AsleepAlready");
        }
        return Optional.empty();
    }

    /** The record with the rotations that are asked for and were not heard of before. */
    static PlanState noted(PlanState state, PowerRequests requests, Instant now) {
        Trust trust = state.trust();
        Optional<String> rotation = requests.rotation();
        if (rotation.isPresent() && !rotation.equals(trust.rotationDue()) && !rotation.equals(trust.rotationDone())) {
            trust = trust.rotating(rotation);
        }
        Optional<PowerRequests.NewAuthority> authority = requests.authority();
        Optional<String> request = authority.map(PowerRequests.NewAuthority::request);
        if (authority.isPresent()
                && !request.equals(trust.authorityDone())
                && !request.equals(trust.authorityChange().map(AuthorityChange::request))) {
            trust = trust.changingAuthority(
                    authority.get().request(), authority.get().compromised(), now);
        }
        return state.with(trust);
    }

    private static PlanState woken(Turn turn, Optional<String> wake) {
        PlanState state = turn.state();
        Activity handledWake = state.activity().handledWake(wake);
        // Whoever wakes a machine that serves wants it from now on, as somebody who calls it does.
        Activity activity =
                state.power() instanceof MachineState.Serving ? handledWake.active(turn.now()) : handledWake;
        PlanState next = state.withBlocks(List.of())
                .withSetbacks(List.of())
                .with(state.boots().forgiven());
        if (!Planner.isAsleep(state.power())) {
            return next.with(activity);
        }
        PlanState handled = next.with(activity);
        return asleep(turn, activity.wakeStarted().isPresent() ? handled : handled.asked("WokenByHand", turn.now()));
    }

    /** A drain is called off by a wake; what cannot be called off any more has to end before anything begins. */
    private static boolean isGoingDown(MachineState power) {
        return power instanceof MachineState.Draining
                || power instanceof MachineState.Stopping
                || power instanceof MachineState.Suspended
                || power instanceof MachineState.Deleting;
    }

    /** A failure that only another specification ends, ends with it. */
    private static Optional<Plan> forgiven(Turn turn) {
        PlanState state = turn.state();
        return state.power() instanceof MachineState.Failed failed
                        && failed.specGeneration() != turn.spec().generation()
                ? Turn.note(asleep(turn, state).with(state.boots().forgiven()), "SpecificationChanged")
                : Optional.empty();
    }

    private static PlanState asleep(Turn turn, PlanState state) {
        if (!(state.power() instanceof MachineState.Failed)) {
            return state;
        }
        return state.with(
                state.machine().isPresent()
                        ? new MachineState.Stopped(turn.now())
                        : new MachineState.Absent(turn.now()));
    }
}
