// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.LabelTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps two controllers that take themselves for the same one from working on one machine. Whoever makes or takes over a machine writes his claim on it, and
 * renews it as long as the machine has power; whoever finds another's claim that has not ended touches nothing. While a machine sleeps its claim ends by
 * itself, and the next who wants it takes it: the labels' fingerprint lets only one of them.
 */
final class LeasePlan {
    /** How often somebody else's claim is looked at again. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    /** Before a wake, what was seen of a machine may be as old as this. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private LeasePlan() {}

    /** What to do instead of everything else, if a machine of ours is claimed by another; empty if none is, as far as anybody has looked. */
    static Optional<Plan> taken(Turn turn) {
        Optional<Plan> one = seenOne(turn)
                .filter(seen -> isTaken(turn, seen.value()))
                .map(seen -> giveWay(
                        turn,
                        seen.value(),
                        seen.at(),
                        new Question.OneMachine(seen.value().id())));
        return one.or(() -> taken(turn, turn.seen().machines(), new Question.Machines()))
                .or(() -> taken(turn, turn.seen().namesakes(), new Question.Namesakes()));
    }

    private static Optional<Plan> taken(Turn turn, Look<List<Instance>> look, Question question) {
        return look instanceof Look.Seen<List<Instance>>(List<Instance> all, Instant at)
                ? all.stream()
                        .filter(found -> isTaken(turn, found))
                        .findFirst()
                        .map(found -> giveWay(turn, found, at, question))
                : Optional.empty();
    }

    private static Optional<Look.Seen<Instance>> seenOne(Turn turn) {
        return turn.machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant at)
                ? found.map(instance -> new Look.Seen<>(instance, at))
                : Optional.empty();
    }

    /** Whether it is a machine of our resource that another controller has claimed until a moment to come. */
    private static boolean isTaken(Turn turn, Instance found) {
        return turn.isOurs(found)
                && found.status() != InstanceStatus.DEPROVISIONING
                && Lease.of(found.labels())
                        .filter(lease -> !lease.isBy(turn.spec().holder()) && lease.holds(turn.now()))
                        .isPresent();
    }

    private static Plan giveWay(Turn turn, Instance found, Instant at, Question question) {
        Lease lease = Lease.of(found.labels()).orElseThrow();
        Instant again = at.plus(LOOK_AGAIN).isBefore(lease.until()) ? at.plus(LOOK_AGAIN) : lease.until();
        return turn.now().isBefore(again)
                ? new Plan.Wait(
                        again,
                        "ManagementConflict",
                        Optional.of(new Plan.Trouble(
                                "ManagementConflict",
                                "HELD_BY_ANOTHER",
                                "%s is held by another controller of %s (%s: %s) until %s; nothing is changed before"
                                        .formatted(
                                                found.id(),
                                                turn.spec().resource(),
                                                LabelTime.HOLDER,
                                                lease.holder(),
                                                lease.until()),
                                Optional.of(lease.until()))))
                : new Plan.Ask(question);
    }

    /** A look at the machine before a wake changes anything; empty if there is none, or it was looked at a moment ago. */
    static Optional<Plan> look(Turn turn) {
        return turn.state()
                .machine()
                .filter(_ -> turn.isDue(turn.seen().machine(), FRESH))
                .flatMap(machine -> Turn.ask(new Question.OneMachine(machine.id())));
    }

    /**
     * Claims a machine that sleeps before it is given power, and has its labels say with what it is started; empty if it is ours for a while and they say so already. An own claim that has ended counts for nothing: of two who wake
     * it at the same moment, the labels' fingerprint lets one.
     */
    static Optional<Plan> claim(Turn turn, Instance found) {
        boolean isDescribed =
                found.labels().entrySet().containsAll(turn.spec().labels().entrySet());
        return isDescribed && turn.now().isBefore(renewAt(turn, found))
                ? Optional.empty()
                : Optional.of(turn.state()
                        .pending(EffectKind.SET_LABELS)
                        .<Plan>map(_ -> new Plan.Wait(turn.now().plus(Turn.LONGEST_POLL), "Claiming", Optional.empty()))
                        .orElseGet(
                                () -> turn.act(claiming(turn, found, turn.spec().labels()))
                                        .orElseThrow()));
    }

    /** Renews our claim on a machine that has power, in time. */
    static Optional<Plan> renew(Turn turn) {
        if (!Planner.isAwake(turn.state().power())
                || turn.state().pending(EffectKind.SET_LABELS).isPresent()) {
            return Optional.empty();
        }
        return seenOne(turn)
                .map(Look.Seen::value)
                .filter(found -> turn.isOurs(found) && found.status() == InstanceStatus.RUNNING)
                .flatMap(found -> {
                    Instant renewAt = renewAt(turn, found);
                    return turn.now().isBefore(renewAt)
                            ? Turn.waitUntil(renewAt, "Held")
                            : turn.act(claiming(turn, found, Map.of()));
                });
    }

    /** Gives our claim up on a machine that is to be kept asleep: whoever takes it next need not wait for its end. */
    static Optional<Plan> drop(Turn turn) {
        if (!turn.spec().policies().retains(turn.facts().requests())
                || !Planner.isAtRest(turn.state())
                || turn.state().machine().isEmpty()) {
            return Optional.empty();
        }
        return MachinePlan.withInstance(
                turn,
                Lease.LIFETIME,
                found -> Lease.of(found.labels())
                        .filter(lease -> lease.isBy(turn.spec().holder()))
                        .flatMap(_ -> turn.act(new Effect.SetLabels(
                                turn.facts().freshId(),
                                found.id(),
                                unclaimed(found.labels()),
                                found.labelFingerprint(),
                                "Retained"))));
    }

    private static Map<String, String> unclaimed(Map<String, String> labels) {
        Map<String, String> rest = new HashMap<>(labels);
        rest.remove(LabelTime.HOLDER);
        rest.remove(LabelTime.LEASE);
        return rest;
    }

    private static Instant renewAt(Turn turn, Instance found) {
        return Lease.of(found.labels())
                .filter(lease -> lease.isBy(turn.spec().holder()))
                .map(lease -> lease.until().minus(Lease.RENEW_BEFORE_END))
                .orElse(Instant.MIN);
    }

    private static Effect claiming(Turn turn, Instance found, Map<String, String> more) {
        return new Effect.SetLabels(
                turn.facts().freshId(),
                found.id(),
                with(
                        with(found.labels(), more),
                        Lease.from(turn.spec().holder(), turn.now()).labels()),
                found.labelFingerprint(),
                "Lease");
    }

    /** What a machine bears from the first moment at which it is ours. */
    static Map<String, String> labels(Turn turn) {
        int refused = turn.state().wake().map(wake -> wake.refused().size()).orElse(0);
        return with(
                with(turn.spec().labels(), Map.of(MachineSpec.ATTEMPT_LABEL, Integer.toString(refused + 1))),
                Lease.from(turn.spec().holder(), turn.now()).labels());
    }

    /** Whoever holds a machine answers for it: no mark outlives his claim. */
    private static Map<String, String> with(Map<String, String> labels, Map<String, String> more) {
        Map<String, String> all = new HashMap<>();
        Stream.of(labels, more).forEach(all::putAll);
        all.remove(LabelTime.ORPHAN_SINCE);
        return Map.copyOf(all);
    }
}
