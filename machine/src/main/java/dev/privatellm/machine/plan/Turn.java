// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.Scheduling;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerDecision;
import dev.privatellm.machine.power.PowerOutlook;
import dev.privatellm.machine.power.PowerPolicy;
import dev.privatellm.machine.power.PowerSettings;
import dev.privatellm.machine.power.PowerWish;
import dev.privatellm.machine.power.ScheduleState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One decision in the making: the facts and the moment, and the few ways in which every part of it answers. */
record Turn(Facts facts, Instant now) {
    /** Nothing is looked at more often than this, however young it is. */
    static final Duration SHORTEST_POLL = Duration.ofMillis(20);

    static final Duration LONGEST_POLL = Duration.ofMillis(500);

    /** Where nothing but a new specification helps, somebody looks again after this, for no harm. */
    static final Duration FAR = Duration.ofHours(1);

    /** A window that lasts longer has no end that anybody would wait for. */
    private static final Duration LONG_WINDOW = Duration.ofDays(7);

    MachineSpec spec() {
        return facts.spec();
    }

    PlanState state() {
        return facts.state();
    }

    Observations seen() {
        return facts.seen();
    }

    Names names() {
        return facts.spec().names();
    }

    /**
     * The machine on record as it was seen last: by itself, or in the list of ours, which in one call tells of it and of a second one. That a list lacks it says
     * nothing: lists may lag. For what must be certain, {@link Fence} looks at the machine itself.
     */
    Look<Optional<Instance>> machine() {
        Look<Optional<Instance>> itself = seen().machine();
        return seen().machines() instanceof Look.Seen<List<Instance>>(List<Instance> all, Instant at)
                        && !itself.isSince(at)
                ? state().machine()
                        .flatMap(known -> all.stream()
                                .filter(found -> found.id().equals(known.id()))
                                .findFirst())
                        .<Look<Optional<Instance>>>map(found -> new Look.Seen<>(Optional.of(found), at))
                        .orElse(itself)
                : itself;
    }

    static Optional<Plan> ask(Question question) {
        return Optional.of(new Plan.Ask(question));
    }

    static Optional<Plan> note(PlanState next, String reason) {
        return Optional.of(new Plan.Note(next, reason));
    }

    static Optional<Plan> waitUntil(Instant until, String reason) {
        return Optional.of(new Plan.Wait(until, reason, Optional.empty()));
    }

    Optional<Plan> waitFor(Duration pause, String reason) {
        return waitUntil(now.plus(pause), reason);
    }

    /** Does it, unless this kind of effect has failed lately. */
    Optional<Plan> act(Effect effect) {
        Optional<Setback> setback = setback(effect.kind());
        return setback.isPresent() ? Optional.of(blockedBy(setback.get())) : Optional.of(new Plan.Act(effect));
    }

    /** The setback that forbids this kind of effect now. */
    Optional<Setback> setback(EffectKind kind) {
        return state().setbacks().stream()
                .filter(setback -> setback.kind() == kind && setback.holds(spec().generation(), now))
                .findFirst();
    }

    /** Waits until this kind of effect may be tried again, and says what stands in its way. */
    Plan blockedBy(Setback setback) {
        return new Plan.Wait(
                setback.retryAt().orElse(now.plus(FAR)),
                setback.reason(),
                Optional.of(new Plan.Trouble(setback.reason(), setback.code(), setback.message(), setback.retryAt())));
    }

    /** Waits because a look failed; it is repeated after the pause that its failure asks for. */
    Optional<Plan> cannotSee(RuntimeException failure, Instant at) {
        Instant again = retryOfLook(failure, at);
        String reason = Verdict.reason(failure);
        String code = Verdict.code(failure);
        return Optional.of(new Plan.Wait(
                again,
                reason,
                Optional.of(new Plan.Trouble(reason, code, String.valueOf(failure.getMessage()), Optional.of(again)))));
    }

    /** Waits without trouble for anybody until a failed look is due again, and for {@link Verdict#ADMINISTRATOR} at least. */
    static Optional<Plan> unseen(RuntimeException failure, Instant at, String reason) {
        Instant due = retryOfLook(failure, at);
        Instant usual = at.plus(Verdict.ADMINISTRATOR);
        return waitUntil(due.isBefore(usual) ? usual : due, reason);
    }

    private static Instant retryOfLook(RuntimeException failure, Instant at) {
        return at.plus(Verdict.pause(failure, 2).orElse(Verdict.ADMINISTRATOR));
    }

    /** Whether to look again: it was never seen, is older than this, or failed and the pause after its failure is over. */
    boolean isDue(Look<?> look, Duration maxAge) {
        return switch (look) {
            case Look.Never<?> _ -> true;
            case Look.Seen<?> seen -> !seen.isWithin(maxAge, now);
            case Look.Failed<?> failed ->
                !now.isBefore(retryOfLook(failed.failure(), failed.at())) || isCuredSince(failed);
        };
    }

    /** Whether to look again because it is time for the next regular look. */
    boolean isPollDue(Look<?> look, Duration period) {
        return isDue(look, look instanceof Look.Seen<?>(Object _, Instant at) ? jittered(period, at) : period);
    }

    /** When the next regular look is due after one that was taken at this moment. */
    Instant nextPoll(Instant at, Duration period) {
        return at.plus(jittered(period, at));
    }

    /** A twentieth more or less at most, and something else after each look: many who began together do not go on together. */
    private Duration jittered(Duration period, Instant at) {
        long spread = period.toMillis() / 20;
        int seed = Names.sha256(spec().uid() + at).hashCode();
        return period.plusMillis(Math.floorMod(seed, 2 * spread + 1) - spread);
    }

    /** Whether a look failed because an API was not enabled that is so by now. */
    private boolean isCuredSince(Look.Failed<?> failed) {
        return failed.failure() instanceof CloudFailure.ApiDisabled
                && failed.at().isBefore(now)
                && state().parts().stream()
                        .anyMatch(part -> part.id().kind() == PartId.Kind.APIS
                                && part.isSeen()
                                && part.at().isAfter(failed.at()));
    }

    /** How long to leave something alone that has been under way since this moment: the longer it takes, the less it hurries. */
    Duration pollPeriod(Instant since) {
        return inSteps(Duration.between(since, now).dividedBy(6), SHORTEST_POLL, LONGEST_POLL);
    }

    /**
     * A period that grows with the time that something takes, doubled now and then. It does not grow from one moment to the next: whoever waited for the end of such
     * a period would find each time that a little of it is left by now.
     */
    static Duration inSteps(Duration share, Duration shortest, Duration longest) {
        Duration period = shortest;
        while (period.compareTo(share.dividedBy(2)) <= 0 && period.compareTo(longest) < 0) {
            period = period.multipliedBy(2);
        }
        return period.compareTo(longest) > 0 ? longest : period;
    }

    /** Where our machine is reached, as it was made; empty while it has no such address. */
    Optional<String> addressOf(Instance found) {
        boolean isExternal =
                state().machine().flatMap(Machine::made).map(Made::isExternal).orElseGet(spec()::hasExternalAddress);
        return isExternal ? found.externalAddress() : found.internalAddress();
    }

    /** Whether an instance bears our owner label. */
    boolean isOurs(Instance instance) {
        return spec().owns(instance);
    }

    /** The state as far as it may be believed: if the cloud cannot be asked about the machine, it is not known. */
    MachineState power() {
        return machine() instanceof Look.Failed<?>(RuntimeException _, Instant at)
                ? new MachineState.Unknown(at, state().power())
                : state().power();
    }

    PowerDecision powerDecision() {
        // What a machine was started with ends its run, whatever the specification says by now.
        PowerSettings settings = state().machine()
                .flatMap(Machine::made)
                .flatMap(Made::scheduling)
                .flatMap(Scheduling::maxRunDuration)
                .filter(_ -> !Planner.isAsleep(state().power()))
                .map(spec().power()::atMost)
                .orElseGet(spec()::power);
        return PowerPolicy.decide(situation(), settings, now);
    }

    /** When the window ends that keeps the machine awake now, or a week from now if that is later; empty if none does. */
    Optional<Instant> windowEnd() {
        ScheduleState schedule = facts.outlook().schedule();
        return schedule.mode() == ScheduleState.Mode.ON
                ? Optional.of(schedule.until().orElse(now.plus(LONG_WINDOW)))
                : Optional.empty();
    }

    /** What money and the calendar say, without the window that somebody has left by hand. */
    private PowerOutlook outlook() {
        PowerOutlook outlook = facts.outlook();
        boolean isLeft = outlook.schedule().mode() == ScheduleState.Mode.ON
                && state().activity().windowLeftUntil().filter(now::isBefore).isPresent();
        return isLeft ? new PowerOutlook(outlook.budget(), outlook.schedule().withoutWindow()) : outlook;
    }

    /** Why the machine is kept as it is; empty if it is not. */
    Optional<String> kept() {
        return spec().policies().kept(facts.requests());
    }

    private PowerPolicy.Situation situation() {
        boolean wantsSleep = facts.requests().sleep().isPresent()
                && !facts.requests().sleep().equals(state().activity().sleepHandled());
        PowerWish wish = new PowerWish(
                state().activity().wakeWanted(facts.requests()),
                wantsSleep,
                facts.requests().forbidsPower(),
                kept());
        return new PowerPolicy.Situation(
                power(),
                state().everBooted(),
                facts.demand(),
                wish,
                openStreams(),
                lastActivity(),
                state().machine().map(Machine::startedAt),
                outlook());
    }

    /** Streams that the guest counted last; 0 if it could not be asked. */
    int openStreams() {
        return seen().guest()
                .flatMap(Observations.Sight::health)
                .map(health -> health.openStreams())
                .orElse(0);
    }

    /**
     * Whether the guest pulls or loads a model, which counts as use: the idle time never runs meanwhile. One that makes no progress is not waited for.
     */
    boolean isTransferring() {
        return Guests.health(this)
                        .filter(health -> health.state() == GuestHealth.State.PULLING
                                || health.state() == GuestHealth.State.LOADING)
                        .isPresent()
                && Guests.sight(this)
                        .filter(sight -> now.isBefore(sight.since().plus(PowerPolicy.STALL_LIMIT)))
                        .isPresent();
    }

    /** Latest moment at which anybody is known to have used the machine. */
    Optional<Instant> lastActivity() {
        if (isTransferring()) {
            return Optional.of(now);
        }
        Optional<Instant> machine = seen().guest()
                .flatMap(Observations.Sight::health)
                .flatMap(health -> health.lastActivity())
                .filter(at -> !at.isAfter(now));
        return latest(
                latest(machine, facts.demand().lastActivity()),
                state().activity().lastActivity());
    }

    private static Optional<Instant> latest(Optional<Instant> a, Optional<Instant> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.or(() -> b);
        }
        return a.get().isAfter(b.get()) ? a : b;
    }
}
