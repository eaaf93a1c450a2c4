// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the record: what it says before an effect, after it, after its failure, and once the cloud's operation is over. Pure; the only place where effects
 * become memory. Each method returns the record to write next.
 */
public final class Journal {
    private Journal() {}

    /** The record with the intent of a mutation that is about to be sent. Sending one again changes nothing. */
    public static PlanState intended(PlanState state, Effect.Intended effect, MachineSpec spec, Instant now) {
        if (state.operations().stream().anyMatch(known -> known.id().equals(effect.requestId()))) {
            return state;
        }
        Intent intent = new Intent(
                effect.requestId(),
                effect.kind(),
                effect.target(),
                switch (effect) {
                    case Effect.InsertInstance insert -> Optional.of(insert.offering());
                    case Effect.MakePart make -> make.wantedFor();
                    default -> Optional.empty();
                },
                now,
                Optional.empty());
        PlanState next = state.intending(intent);
        return switch (effect) {
            case Effect.InsertInstance insert ->
                next.with(new MachineState.Creating(now, wakeStarted(state, now), true))
                        .with(new Machine(
                                insert.instance(),
                                insert.offering(),
                                Optional.empty(),
                                Optional.empty(),
                                spec.guest().port(),
                                Optional.empty(),
                                now,
                                false,
                                Optional.of(Made.of(insert.spec(), spec.guest().port()))));
            case Effect.StartInstance _ ->
                next.with(new MachineState.Starting(now, wakeStarted(state, now), !isBootedBefore(state)))
                        .withMachine(state.machine()
                                .map(machine ->
                                        machine.startedAt(now, spec.guest().port())));
            case Effect.StopInstance stop -> next.with(stopping(state.power(), stop.reason(), now));
            case Effect.DeleteInstance delete ->
                isPredecessor(state, delete.target()) || !isMachine(state, delete.target())
                        ? next
                        : next.with(new MachineState.Deleting(now, delete.reason()));
            case Effect.OpenFirewall open -> next.withRule(Optional.of(rule(open.rule(), Rule.Phase.OPENING, spec)));
            case Effect.ReplaceFirewall replace ->
                next.withRule(Optional.of(rule(replace.rule(), Rule.Phase.REPLACING, spec)));
            case Effect.CloseFirewall close ->
                next.withRule(state.rule()
                        .map(rule -> rule.wanted().name().equals(close.target()) ? rule.in(Rule.Phase.CLOSING) : rule));
            case Effect.AdoptInstance _,
                    Effect.MakePart _,
                    Effect.RemovePart _,
                    Effect.SetMetadata _,
                    Effect.SetMachineType _,
                    Effect.ResizeDisk _,
                    Effect.SetScheduling _,
                    Effect.SetLabels _,
                    Effect.UploadBundle _ -> next;
        };
    }

    private static Rule rule(FirewallRule wanted, Rule.Phase phase, MachineSpec spec) {
        return new Rule(wanted, phase, Optional.of(spec.foundation().networkProject()));
    }

    /** The record with the rotations that people ask for, to be carried out by whoever decides next. */
    public static PlanState asked(PlanState state, PowerRequests requests, Instant now) {
        return RequestsByHand.noted(state, requests, now);
    }

    /** The record after an effect had its answer. */
    public static PlanState answered(PlanState state, Effect effect, Answer answer, PowerTimes times, Instant now) {
        boolean isToBeSeen = effect instanceof Effect.UploadBundle
                || (effect instanceof Effect.RemovePart && answer instanceof Answer.Accepted);
        PlanState next = isToBeSeen ? state : state.succeeding(effect.kind());
        return switch (answer) {
            case Answer.Accepted(OperationId operation) ->
                effect instanceof Effect.Intended intended
                        ? accepted(next, effect, now)
                                .changing(intended.requestId(), intent -> intent.accepted(operation))
                        : next;
            case Answer.AuthorityMade(String successor) ->
                next.with(next.trust().authorityMade(successor));
            case Answer.Issued(Certificates certificates) ->
                next.with(next.trust().issued(certificates));
            case Answer.Uploaded(String version) ->
                effect instanceof Effect.UploadBundle upload
                        ? next.succeeding(effect.kind())
                                .settling(upload.requestId())
                                .with(next.trust().uploaded(version, now))
                        : next;
            case Answer.Drained(int openStreams) -> drained(next, effect, openStreams, times, now);
            case Answer.Done _ -> done(next, effect, now);
        };
    }

    /** The cloud's own time begins here: for how long nobody answered is not the machine's fault. A part may exist from here on. */
    private static PlanState accepted(PlanState state, Effect effect, Instant now) {
        if (effect instanceof Effect.InsertInstance && state.power() instanceof MachineState.Creating creating) {
            return state.with(creating.accepted(now));
        }
        if (effect instanceof Effect.MakePart make) {
            return state.with(new PartRecord(make.part().id(), false, now));
        }
        return effect instanceof Effect.StartInstance && state.power() instanceof MachineState.Starting starting
                ? state.with(starting.accepted(now))
                : state;
    }

    private static PlanState done(PlanState state, Effect effect, Instant now) {
        return switch (effect) {
            case Effect.MakePart make ->
                PartJournal.made(state.settling(make.requestId()), make.part().id(), now);
            case Effect.RemovePart remove ->
                PartJournal.removed(
                        state.settling(remove.requestId()), remove.part().id());
            case Effect.EnsureSecret ensure ->
                state.with(state.trust().ensured())
                        .forgettingParts(PartId.Kind.SECRET_ACCESS)
                        .with(new PartRecord(new PartId(PartId.Kind.SECRET, ensure.target()), true, now));
            case Effect.LoadBundle load -> state.with(state.trust().told(load.generation()));
            case Effect.ActivateLink _ -> activated(state, now);
            case Effect.ChangeAuthority _ -> state.with(state.trust().authorityChanged());
            case Effect.DestroyKeyVersion _ -> PartJournal.keyVersionDestroyed(state, now);
            case Effect.DestroyVersion _,
                    Effect.IssueCertificates _,
                    Effect.SignCertificate _,
                    Effect.DrainGuest _,
                    Effect.UploadBundle _,
                    Effect.InsertInstance _,
                    Effect.AdoptInstance _,
                    Effect.SetMetadata _,
                    Effect.SetMachineType _,
                    Effect.ResizeDisk _,
                    Effect.SetScheduling _,
                    Effect.SetLabels _,
                    Effect.StartInstance _,
                    Effect.StopInstance _,
                    Effect.DeleteInstance _,
                    Effect.OpenFirewall _,
                    Effect.ReplaceFirewall _,
                    Effect.CloseFirewall _ -> state;
        };
    }

    private static PlanState activated(PlanState state, Instant now) {
        PlanState next = state.with(state.trust().activated()).succeeding(EffectKind.DRAIN_GUEST);
        if (!(state.power() instanceof MachineState.Warming warming)) {
            return next;
        }
        return next.with(warming.ready(now))
                .withMachine(state.machine().map(Machine::served))
                .with(state.boots().served(warming.firstBoot(), Duration.between(warming.wakeStarted(), now)))
                .with(state.activity().wakeOver());
    }

    private static PlanState drained(PlanState state, Effect effect, int openStreams, PowerTimes times, Instant now) {
        if (!(effect instanceof Effect.DrainGuest drain)) {
            return state;
        }
        if (!drain.on()) {
            return state.power() instanceof MachineState.Draining draining ? state.with(draining.callOff()) : state;
        }
        return switch (state.power()) {
            case MachineState.Serving serving ->
                state.with(serving.drain(
                        drain.reason(), drain.forced(), now, now.plus(times.drainTimeout()), openStreams));
            case MachineState.Draining draining ->
                state.with(new MachineState.Draining(
                        draining.since(),
                        draining.servingSince(),
                        drain.reason(),
                        drain.forced(),
                        draining.deadline(),
                        openStreams));
            case MachineState.Absent _,
                    MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Booting _,
                    MachineState.Warming _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _,
                    MachineState.Unknown _ -> state;
        };
    }

    /** Times that the record of a drain needs. */
    public record PowerTimes(Duration drainTimeout) {}

    /**
     * The record after an effect was refused, or its operation ended with an error. A mutation whose fate is unknown stays intended: it is sent again under
     * the same id.
     *
     * @param isCertain whether the mutation certainly had no effect
     */
    public static PlanState failed(
            PlanState state, Failing what, RuntimeException failure, boolean isCertain, long generation, Instant now) {
        Optional<Setback> before = state.setbacks().stream()
                .filter(setback -> setback.kind() == what.kind())
                .findFirst();
        Setback setback = Verdict.setback(what.kind(), failure, before, generation, now);
        if (!isCertain) {
            return state.settingBack(setback);
        }
        PlanState settled =
                what.intent().map(intent -> state.settling(intent.id())).orElse(state);
        return switch (what.kind()) {
            case INSERT_INSTANCE -> insertFailed(settled, what, failure, setback, now);
            case START_INSTANCE -> startFailed(settled, failure, setback, now);
            case DELETE_INSTANCE, STOP_INSTANCE ->
                failure instanceof CloudFailure.NotFound ? gone(settled, what, now) : settled.settingBack(setback);
            case MAKE_PART ->
                failure instanceof CloudFailure.AlreadyExists
                        ? settled.with(new PartRecord(PartId.parse(what.target()), false, now))
                        : PartJournal.notMade(settled, what, failure, setback, now);
            case REMOVE_PART ->
                failure instanceof CloudFailure.NotFound
                        ? PartJournal.removed(settled, PartId.parse(what.target()))
                        : settled.settingBack(setback);
            case SET_METADATA, SET_LABELS, ADOPT_INSTANCE ->
                failure instanceof CloudFailure.Conflict || failure instanceof CloudFailure.NotFound
                        ? settled
                        : settled.settingBack(setback);
            case OPEN_FIREWALL ->
                failure instanceof CloudFailure.AlreadyExists
                        ? settled
                        : settled.settingBack(setback).withRule(Optional.empty());
            case REPLACE_FIREWALL ->
                failure instanceof CloudFailure.NotFound
                        ? settled.withRule(Optional.empty())
                        : settled.settingBack(setback);
            case CLOSE_FIREWALL ->
                failure instanceof CloudFailure.NotFound
                        ? closed(settled, what.target())
                        : settled.settingBack(setback);
            case UPLOAD_BUNDLE ->
                failure instanceof CloudFailure.NotFound
                        ? settled.with(settled.trust().unensured())
                        : PartJournal.notSealed(settled.settingBack(setback), failure);
            case ENSURE_SECRET -> PartJournal.notSealed(settled.settingBack(setback), failure);
            case LOAD_BUNDLE ->
                settled.with(settled.trust().told(settled.trust().lastGeneration()));
            case CHANGE_AUTHORITY,
                    ISSUE_CERTIFICATES,
                    SIGN_CERTIFICATE,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    DRAIN_GUEST,
                    ACTIVATE_LINK,
                    DESTROY_VERSION,
                    DESTROY_KEY_VERSION -> settled.settingBack(setback);
        };
    }

    /** What failed: the effect itself, or the operation of an intent. */
    public record Failing(EffectKind kind, String target, Optional<Intent> intent) {
        public static Failing of(Effect effect, PlanState state) {
            return new Failing(
                    effect.kind(),
                    effect.target(),
                    effect instanceof Effect.Intended intended
                            ? state.operations().stream()
                                    .filter(intent -> intent.id().equals(intended.requestId()))
                                    .findFirst()
                            : Optional.empty());
        }
    }

    private static PlanState insertFailed(
            PlanState state, Failing what, RuntimeException failure, Setback setback, Instant now) {
        if (failure instanceof CloudFailure.AlreadyExists && state.power() instanceof MachineState.Creating creating) {
            return state.with(creating.made(now));
        }
        PlanState without = isMachine(state, what.target())
                ? state.with(new MachineState.Absent(now)).withMachine(Optional.empty())
                : state;
        // An image that was looked up in this very wake is not looked up again: the answer would be the same.
        boolean mayBeAnother = without.image()
                .filter(pinned -> pinned.isRefused(failure) && pinned.isOlderThan(wakeStarted(without, now)))
                .isPresent();
        return mayBeAnother
                ? without.unpinned()
                : refused(without, what.intent().flatMap(Intent::offering), failure, setback, now);
    }

    /** That something was not found need not mean the machine: whether it is gone is seen by looking at it. */
    private static PlanState startFailed(PlanState state, RuntimeException failure, Setback setback, Instant now) {
        if (failure instanceof CloudFailure.NotReady) {
            return state.with(new MachineState.Stopping(now, "StillStopping", false));
        }
        PlanState stopped = state.with(new MachineState.Stopped(now));
        return refused(stopped, state.machine().map(Machine::offering), failure, setback, now);
    }

    private static PlanState refused(
            PlanState state, Optional<Offering> offering, RuntimeException failure, Setback setback, Instant now) {
        return offering.filter(_ -> failure instanceof CloudFailure)
                .flatMap(refused -> Verdict.block((CloudFailure) failure, refused, now))
                .map(block -> state.blocking(block, now))
                .orElseGet(() -> state.settingBack(setback));
    }

    private static PlanState gone(PlanState state, Failing what, Instant now) {
        if (isPredecessor(state, what.target())) {
            return state.withPredecessor(Optional.empty());
        }
        return isMachine(state, what.target())
                ? state.endingRun(now, "Gone")
                        .with(new MachineState.Absent(now))
                        .withMachine(Optional.empty())
                : state;
    }

    private static PlanState closed(PlanState state, String target) {
        return state.withRule(state.rule().filter(rule -> !rule.wanted().name().equals(target)));
    }

    /** The record once the cloud says that an operation is done, without an error. */
    static PlanState finished(PlanState state, Intent intent, Instant now) {
        PlanState settled = state.settling(intent.id()).succeeding(intent.kind());
        return switch (intent.kind()) {
            // What the cloud charges for begins somewhere between request and power: our own account never says less.
            case INSERT_INSTANCE ->
                beginningRun(
                        settled.power() instanceof MachineState.Creating creating
                                ? settled.with(creating.made(now))
                                : settled,
                        intent.startedAt());
            case START_INSTANCE -> beginningRun(settled, intent.startedAt());
            case DELETE_INSTANCE -> deleted(settled, intent.target());
            case MAKE_PART -> settled.with(new PartRecord(PartId.parse(intent.target()), true, now));
            case REMOVE_PART -> PartJournal.removed(settled, PartId.parse(intent.target()));
            case STOP_INSTANCE,
                    ADOPT_INSTANCE,
                    SET_METADATA,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    SET_LABELS,
                    OPEN_FIREWALL,
                    REPLACE_FIREWALL,
                    CLOSE_FIREWALL,
                    ENSURE_SECRET,
                    CHANGE_AUTHORITY,
                    ISSUE_CERTIFICATES,
                    SIGN_CERTIFICATE,
                    UPLOAD_BUNDLE,
                    DRAIN_GUEST,
                    LOAD_BUNDLE,
                    ACTIVATE_LINK,
                    DESTROY_VERSION,
                    DESTROY_KEY_VERSION -> settled;
        };
    }

    /** Nothing comes any more of an insert whose machine was there and was removed. */
    private static PlanState deleted(PlanState state, String target) {
        PlanState next = state.operations().stream()
                .filter(other -> other.kind() == EffectKind.INSERT_INSTANCE
                        && other.target().equals(target))
                .findFirst()
                .map(insert -> state.settling(insert.id()))
                .orElse(state);
        return isPredecessor(next, target) ? next.withPredecessor(Optional.empty()) : next;
    }

    /** The record with a run of the present machine under way, begun at this moment if none was. */
    static PlanState beginningRun(PlanState state, Instant start) {
        if (state.machine().isEmpty() || state.currentRun().isPresent()) {
            return state;
        }
        Offering offering = state.machine().get().offering();
        long id = state.runs().isEmpty() ? 1 : state.runs().getLast().id() + 1;
        List<Run> more = new ArrayList<>(state.runs());
        Prices.Price price = Prices.TABLE.of(offering);
        more.add(new Run(
                id,
                start,
                offering,
                price.usdPerHour(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(price.source())));
        return state.withRuns(more);
    }

    /** The state of a machine whose power is being taken; one that is stopping already goes on as it began. */
    static MachineState stopping(MachineState from, String reason, Instant now) {
        return from instanceof MachineState.Stopping already
                ? already
                : new MachineState.Stopping(now, reason, Failures.isFailure(reason));
    }

    private static Instant wakeStarted(PlanState state, Instant now) {
        return state.activity().wakeStarted().orElse(now);
    }

    private static boolean isBootedBefore(PlanState state) {
        return state.machine().map(Machine::bootedBefore).orElse(false);
    }

    private static boolean isMachine(PlanState state, String target) {
        return state.machine()
                .map(machine -> machine.id().toString().equals(target))
                .orElse(false);
    }

    private static boolean isPredecessor(PlanState state, String target) {
        return state.predecessor()
                .map(machine -> machine.id().toString().equals(target))
                .orElse(false);
    }
}
