// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides what to do next about one machine. Pure: the same facts at the same moment give the same plan.
 *
 * <p>The parts of the decision are asked in order, most urgent first. The first that has something to find out, to write down or to do, wins; the others
 * wait for the next step. If all of them wait, the earliest moment counts. What keeps this safe is not the order but three rules that every part keeps:
 * nothing is concluded from a look that failed; a mutation whose fate is unknown is repeated under its own id before anything else of its kind; and
 * nothing is made before every zone was looked at.
 */
public final class Planner {
    private static final List<Function<Turn, Optional<Plan>>> PARTS = List.of(
            RequestsByHand::plan,
            Settling::plan,
            MachinePlan::plan,
            FirewallPlan::plan,
            RemovalPlan::plan,
            TrustPlan::plan,
            KeyPlan::plan,
            ModelPlan::plan,
            LeasePlan::renew,
            LeasePlan::drop,
            DriftPlan::plan,
            LeftoversPlan::plan);

    /** How often a machine that is kept as it is has a turn: whoever feeds its dead man's switch is alive as long as he has some. */
    private static final Duration KEPT_PERIOD = Duration.ofSeconds(30);

    private Planner() {}

    /** The plan for these facts at this moment. */
    public static Plan decide(Facts facts, Instant now) {
        Turn turn = new Turn(facts, now);
        Optional<String> kept = turn.kept();
        if (kept.equals(Optional.of(Policies.PAUSED))) {
            // What is asked for by hand is written down all the same: whoever asked for it does not wait for the end of
            // a pause.
            return RequestsByHand.written(turn)
                    .orElseGet(() -> new Plan.Wait(now.plus(KEPT_PERIOD), Policies.PAUSED, Optional.empty()));
        }
        Optional<Plan> taken = LeasePlan.taken(turn);
        if (taken.isPresent()) {
            return taken.get();
        }
        Plan.Wait rest = new Plan.Wait(now.plus(Turn.FAR), "Nothing", Optional.empty());
        for (Function<Turn, Optional<Plan>> part : PARTS) {
            Optional<Plan> plan = part.apply(turn);
            if (plan.isEmpty()) {
                continue;
            }
            // What is fenced off waits like anything else: it keeps nothing back that comes after it.
            Plan guarded = kept.isPresent() ? onlyLook(turn, plan.get()) : Fence.guard(turn, plan.get());
            if (!(guarded instanceof Plan.Wait wait)) {
                return guarded;
            }
            rest = merge(rest, wait);
        }
        return rest;
    }

    /** What would be done waits until the machine is no longer kept as it is. */
    private static Plan onlyLook(Turn turn, Plan plan) {
        return plan instanceof Plan.Act
                ? new Plan.Wait(turn.now().plus(KEPT_PERIOD), Policies.OBSERVED, Optional.empty())
                : plan;
    }

    static Plan.Wait merge(Plan.Wait a, Plan.Wait b) {
        Plan.Wait sooner = b.until().isBefore(a.until()) ? b : a;
        return new Plan.Wait(sooner.until(), sooner.reason(), a.trouble().or(b::trouble));
    }

    /** Whether nothing has power, no rule stands and nothing is under way. Old versions of the bundle can wait: they go before the next one comes. */
    public static boolean isAtRest(PlanState state) {
        return isAsleep(state.power())
                && state.activity().wakeStarted().isEmpty()
                && state.rule().isEmpty()
                && state.operations().isEmpty();
    }

    /** Whether nothing is left of the resource but keys, which cannot be removed. */
    public static boolean isRemoved(PlanState state) {
        return isAtRest(state)
                && state.machine().isEmpty()
                && state.predecessor().isEmpty()
                && state.parts().stream().allMatch(part -> part.id().kind().isPermanent());
    }

    /** Whether the machine's state calls for a firewall rule: it runs, or its start is on record. */
    static boolean isAwake(MachineState power) {
        return switch (power) {
            case MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Booting _,
                    MachineState.Warming _,
                    MachineState.Serving _,
                    MachineState.Draining _ -> true;
            case MachineState.Absent _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _ -> false;
            case MachineState.Unknown unknown -> isAwake(unknown.last());
        };
    }

    /** Whether there is nothing to watch: no machine has power or is about to have. */
    public static boolean isAsleep(MachineState power) {
        return switch (power) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Preempted _, MachineState.Failed _ -> true;
            case MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Booting _,
                    MachineState.Warming _,
                    MachineState.Serving _,
                    MachineState.Draining _,
                    MachineState.Stopping _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Unknown _ -> false;
        };
    }
}
