// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is there although nothing on record calls for it: a machine of ours that the record has lost, the predecessor of a machine that serves, a firewall
 * rule whose time is over. Looked for when a process starts and from then on seldom; ownership is proved by label or description, never by name.
 */
final class LeftoversPlan {
    private static final Duration MACHINES_PERIOD = Duration.ofMinutes(5);

    /** While a machine serves, a second one costs as much again. */
    private static final Duration BESIDES_PERIOD = Duration.ofSeconds(30);

    private static final Duration RULES_PERIOD = Duration.ofHours(1);

    private LeftoversPlan() {}

    static Optional<Plan> plan(Turn turn) {
        MachineState power = turn.state().power();
        if (power instanceof MachineState.Serving serving) {
            return predecessor(turn)
                    .or(() -> besides(turn, serving))
                    .map(found -> found instanceof Plan.Wait wait ? sooner(wait, rules(turn)) : found)
                    .or(() -> rules(turn));
        }
        return Planner.isAsleep(power) ? machines(turn).or(() -> rules(turn)) : Optional.empty();
    }

    private static Optional<Plan> predecessor(Turn turn) {
        return turn.state().pending(EffectKind.DELETE_INSTANCE).isPresent()
                ? Optional.empty()
                : turn.state()
                        .predecessor()
                        .flatMap(machine -> turn.act(
                                new Effect.DeleteInstance(turn.facts().freshId(), machine.id(), "SuccessorServes")));
    }

    /** A second machine of ours beside the one that serves. It is not looked for at once: whoever makes one looks before. */
    private static Optional<Plan> besides(Turn turn, MachineState.Serving serving) {
        Instant first = serving.since().plus(BESIDES_PERIOD);
        if (turn.now().isBefore(first)) {
            return Turn.waitUntil(first, "Serving");
        }
        if (turn.isPollDue(turn.seen().machines(), BESIDES_PERIOD)) {
            return Turn.ask(new Question.Machines());
        }
        return switch (turn.seen().machines()) {
            case Look.Never<List<Instance>> _ -> Optional.empty();
            case Look.Failed<List<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<List<Instance>>(List<Instance> all, Instant at) ->
                second(turn, all).or(() -> Turn.waitUntil(turn.nextPoll(at, BESIDES_PERIOD), "Serving"));
        };
    }

    private static Plan sooner(Plan.Wait wait, Optional<Plan> other) {
        return other.map(plan -> plan instanceof Plan.Wait then ? Planner.merge(wait, then) : plan)
                .orElse(wait);
    }

    private static Optional<Plan> second(Turn turn, List<Instance> all) {
        return unrecorded(turn, all)
                .filter(_ -> turn.state().pending(EffectKind.DELETE_INSTANCE).isEmpty())
                .flatMap(stray ->
                        turn.act(new Effect.DeleteInstance(turn.facts().freshId(), stray.id(), "SecondMachine")));
    }

    private static Optional<Plan> machines(Turn turn) {
        if (turn.isPollDue(turn.seen().machines(), MACHINES_PERIOD)) {
            return Turn.ask(new Question.Machines());
        }
        return switch (turn.seen().machines()) {
            case Look.Never<List<Instance>> _ -> Optional.empty();
            case Look.Failed<List<Instance>>(RuntimeException failure, Instant at) -> nothingSeen(turn, failure, at);
            case Look.Seen<List<Instance>>(List<Instance> all, Instant at) -> {
                Optional<Plan> found = strayOrAwake(turn, all);
                yield found.isPresent() ? found : rulesOrWait(turn, at);
            }
        };
    }

    /** An API that is not enabled is no trouble while nobody needs it: the next wake enables it. */
    private static Optional<Plan> nothingSeen(Turn turn, RuntimeException failure, Instant at) {
        return failure instanceof CloudFailure.ApiDisabled
                ? Turn.waitUntil(at.plus(MACHINES_PERIOD), "ApiDisabled")
                : turn.cannotSee(failure, at);
    }

    private static Optional<Plan> rulesOrWait(Turn turn, Instant lookedAt) {
        Optional<Plan> rules = rules(turn);
        return rules.isPresent() && !(rules.get() instanceof Plan.Wait)
                ? rules
                : Turn.waitUntil(turn.nextPoll(lookedAt, MACHINES_PERIOD), "Asleep");
    }

    private static Optional<Plan> strayOrAwake(Turn turn, List<Instance> all) {
        Optional<Machine> machine = turn.state().machine();
        if (machine.isEmpty()) {
            return unrecorded(turn, all).map(stray -> adopt(turn, stray).orElseThrow());
        }
        Optional<Instance> awake = all.stream()
                .filter(found -> found.id().equals(machine.get().id())
                        && found.status().isBillable()
                        && found.status() != InstanceStatus.UNKNOWN)
                .findFirst();
        if (awake.isEmpty()) {
            return second(turn, all);
        }
        // What was listed before it stopped is no news of a start.
        boolean isNews = !(turn.state().power() instanceof MachineState.Stopped stopped)
                || turn.seen().machines().isSince(stopped.since());
        return isNews
                ? Turn.note(startedOutside(turn, awake.get()), "StartedOutside")
                : Turn.ask(new Question.Machines());
    }

    /** The record of a machine that has power though we gave it none: it is stopped, and what it costs is booked. */
    static PlanState startedOutside(Turn turn, Instance found) {
        return Journal.beginningRun(
                turn.state().with(new MachineState.Stopping(turn.now(), "StartedOutside", false)),
                poweredSince(turn.state(), found, turn.now()));
    }

    /** Since when it has had power, as far as that was not booked already. On its way up, the cloud still tells of the time before. */
    private static Instant poweredSince(PlanState state, Instance found, Instant now) {
        boolean isUp = switch (found.status()) {
            case RUNNING, REPAIRING, STOPPING, SUSPENDING -> true;
            case PROVISIONING, STAGING, STOPPED, SUSPENDED, DEPROVISIONING, UNKNOWN -> false;
        };
        Instant started =
                isUp || found.lastStartedAt().isEmpty() ? found.lastStartedAt().orElse(found.createdAt()) : now;
        Instant booked =
                state.runs().isEmpty() ? started : state.runs().getLast().end().orElse(started);
        Instant since = started.isBefore(booked) ? booked : started;
        return since.isAfter(now) ? now : since;
    }

    /** A machine of ours that the record does not know. */
    static Optional<Instance> unrecorded(Turn turn, List<Instance> all) {
        return all.stream()
                .filter(turn::isOurs)
                .filter(found -> !isRecorded(turn.state().machine(), found)
                        && !isRecorded(turn.state().predecessor(), found))
                .filter(found -> found.status() != InstanceStatus.DEPROVISIONING)
                .findFirst();
    }

    private static boolean isRecorded(Optional<Machine> machine, Instance found) {
        return machine.map(known -> known.id().equals(found.id())).orElse(false);
    }

    /** Takes a machine of ours back onto the record. */
    static Optional<Plan> adopt(Turn turn, Instance stray) {
        return Turn.note(
                onRecord(
                        turn.state(),
                        stray,
                        turn.spec().guest().port(),
                        turn.now(),
                        poweredSince(turn.state(), stray, turn.now())),
                "Adopted");
    }

    /** The same for a machine that was the user's until now: what it cost before is none of our costs. */
    static Optional<Plan> takeOver(Turn turn, Instance found) {
        return Turn.note(onRecord(turn.state(), found, turn.spec().guest().port(), turn.now(), turn.now()), "Adopted");
    }

    /** The record with a machine that it did not know. One with power is to be stopped first: nobody knows what it presents. */
    static PlanState onRecord(PlanState state, Instance stray, int port, Instant now) {
        return onRecord(state, stray, port, now, poweredSince(state, stray, now));
    }

    private static PlanState onRecord(PlanState state, Instance stray, int port, Instant now, Instant runSince) {
        Machine machine = new Machine(
                stray.id(),
                new Offering(
                        stray.provisioning(), stray.machineType(), stray.id().zone()),
                Optional.of(stray.cloudId()),
                Optional.empty(),
                port,
                Optional.empty(),
                stray.lastStartedAt().orElse(stray.createdAt()),
                false,
                Optional.empty());
        PlanState known = state.with(machine);
        return stray.status() == InstanceStatus.STOPPED
                ? known.with(new MachineState.Stopped(now))
                : Journal.beginningRun(known.with(new MachineState.Stopping(now, "StartedOutside", false)), runSince);
    }

    /** Looked at seldom, and again as soon as the time of one of them is over: whoever made it may have renewed it meanwhile. */
    private static Optional<Plan> rules(Turn turn) {
        if (turn.isDue(turn.seen().allRules(), RULES_PERIOD)) {
            return Turn.ask(new Question.AllRules());
        }
        return switch (turn.seen().allRules()) {
            case Look.Never<List<FirewallRule>> _ -> Optional.empty();
            case Look.Failed<List<FirewallRule>>(RuntimeException failure, Instant at) ->
                nothingSeen(turn, failure, at);
            case Look.Seen<List<FirewallRule>>(List<FirewallRule> all, Instant at) -> rules(turn, all, at);
        };
    }

    private static Optional<Plan> rules(Turn turn, List<FirewallRule> all, Instant at) {
        Optional<FirewallRule> leftOver =
                all.stream().filter(rule -> isLeftOver(turn, rule, at)).findFirst();
        if (leftOver.isPresent()) {
            return turn.state().pending(EffectKind.CLOSE_FIREWALL).isPresent()
                    ? Optional.empty()
                    : turn.act(new Effect.CloseFirewall(
                            turn.facts().freshId(), leftOver.get().name()));
        }
        Instant regular = at.plus(RULES_PERIOD).plusMillis(1);
        Instant again = all.stream()
                .filter(rule -> !isOnRecord(turn, rule))
                .flatMap(rule -> rule.owner().stream())
                .map(FirewallRule.Owner::expiresAt)
                .filter(end -> end.isAfter(at) && end.isBefore(regular))
                .min(Instant::compareTo)
                .orElse(regular);
        return turn.now().isBefore(again) ? Turn.waitUntil(again, "RulesSwept") : Turn.ask(new Question.AllRules());
    }

    /** Past its time when it was seen, whoever of our kind made it; or our own, though no machine of ours is awake. */
    private static boolean isLeftOver(Turn turn, FirewallRule rule, Instant seenAt) {
        return !isOnRecord(turn, rule)
                && rule.owner()
                        .filter(owner -> owner.uid().equals(turn.spec().uid()) || !seenAt.isBefore(owner.expiresAt()))
                        .isPresent();
    }

    private static boolean isOnRecord(Turn turn, FirewallRule rule) {
        return turn.state()
                .rule()
                .filter(own -> own.wanted().name().equals(rule.name()))
                .isPresent();
    }
}
