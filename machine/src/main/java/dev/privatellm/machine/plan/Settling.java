// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Brings every intent to its end. One without an answer on record is sent again under the same id, which is the same mutation to the cloud; one with an
 * operation is followed until that is done, has failed, is forgotten, or has met its deadline, after which the thing itself is looked at.
 */
final class Settling {
    /** An operation that takes longer than this never ends. */
    static final Duration OPERATION_DEADLINE = Duration.ofMinutes(5);

    /** How long a request id surely means the same to the cloud; afterwards the thing itself is looked at. */
    static final Duration RESEND_LIMIT = Duration.ofMinutes(30);

    private Settling() {}

    static Optional<Plan> plan(Turn turn) {
        Optional<Plan> earliest = Optional.empty();
        for (Intent intent : turn.state().operations()) {
            Optional<Plan> plan = intent.operation().isPresent() ? follow(turn, intent) : recover(turn, intent);
            if (plan.isPresent() && !(plan.get() instanceof Plan.Wait)) {
                return plan;
            }
            earliest = earlier(earliest, plan);
        }
        return earliest;
    }

    private static Optional<Plan> earlier(Optional<Plan> a, Optional<Plan> b) {
        if (a.isPresent()
                && b.isPresent()
                && a.get() instanceof Plan.Wait first
                && b.get() instanceof Plan.Wait second) {
            return first.until().isAfter(second.until()) ? b : a;
        }
        return a.or(() -> b);
    }

    private static Optional<Plan> follow(Turn turn, Intent intent) {
        Look<OperationStatus> look = turn.seen().progressOf(intent);
        Duration period = turn.pollPeriod(intent.startedAt());
        if (turn.isDue(look, period)) {
            return Turn.ask(new Question.Progress(intent));
        }
        return switch (look) {
            case Look.Never<OperationStatus> _ -> Turn.ask(new Question.Progress(intent));
            case Look.Failed<OperationStatus>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<OperationStatus>(OperationStatus status, Instant at) ->
                switch (status) {
                    case OperationStatus.Done _ ->
                        Turn.note(Journal.finished(turn.state(), intent, turn.now()), "OperationDone");
                    case OperationStatus.Failed(CloudFailure failure) ->
                        Turn.note(failed(turn, intent, failure), Verdict.reason(failure));
                    case OperationStatus.Forgotten _ ->
                        Turn.note(turn.state().settling(intent.id()), "OperationForgotten");
                    case OperationStatus.Running _ -> running(turn, intent, at.plus(period));
                };
        };
    }

    private static PlanState failed(Turn turn, Intent intent, CloudFailure failure) {
        return Journal.failed(
                turn.state(),
                new Journal.Failing(intent.kind(), intent.target(), Optional.of(intent)),
                failure,
                true,
                turn.spec().generation(),
                turn.now());
    }

    private static Optional<Plan> running(Turn turn, Intent intent, Instant nextLook) {
        // A machine may still come of an insert as long as its operation goes on: nothing may be made anywhere else
        // meanwhile.
        return intent.kind() == EffectKind.INSERT_INSTANCE
                        || turn.now().isBefore(acceptedAt(turn, intent).plus(OPERATION_DEADLINE))
                ? Turn.waitUntil(nextLook, "OperationRunning")
                : Turn.note(turn.state().settling(intent.id()), "OperationOverdue");
    }

    /** When the cloud took a request to start a machine; of other requests, when they were made. */
    private static Instant acceptedAt(Turn turn, Intent intent) {
        return intent.kind() == EffectKind.START_INSTANCE
                        && turn.state().power() instanceof MachineState.Starting starting
                ? starting.since()
                : intent.startedAt();
    }

    private static Optional<Plan> recover(Turn turn, Intent intent) {
        if (WakePlan.isOver(turn)) {
            Optional<Plan> over = giveUp(turn, intent);
            if (over.isPresent()) {
                return over;
            }
        }
        if (!turn.now().isBefore(intent.startedAt().plus(RESEND_LIMIT))
                && intent.kind() != EffectKind.UPLOAD_BUNDLE
                && intent.kind() != EffectKind.MAKE_PART) {
            return Turn.note(turn.state().settling(intent.id()), "IntentTooOld");
        }
        return switch (intent.kind()) {
            case INSERT_INSTANCE ->
                turn.state()
                        .trust()
                        .prepared()
                        .flatMap(Certificates::secretVersion)
                        .flatMap(version -> intent.offering()
                                .flatMap(offering -> turn.act(WakePlan.insert(
                                        turn,
                                        intent.id(),
                                        instance(intent.target()).name(),
                                        offering,
                                        version))));
            case START_INSTANCE -> turn.act(new Effect.StartInstance(intent.id(), instance(intent.target())));
            case STOP_INSTANCE -> turn.act(new Effect.StopInstance(intent.id(), instance(intent.target()), "Resent"));
            case DELETE_INSTANCE ->
                turn.act(new Effect.DeleteInstance(intent.id(), instance(intent.target()), "Resent"));
            case OPEN_FIREWALL ->
                turn.state().rule().flatMap(rule -> turn.act(new Effect.OpenFirewall(intent.id(), rule.wanted())));
            case REPLACE_FIREWALL ->
                turn.state().rule().flatMap(rule -> turn.act(new Effect.ReplaceFirewall(intent.id(), rule.wanted())));
            case CLOSE_FIREWALL -> turn.act(new Effect.CloseFirewall(intent.id(), intent.target()));
            case UPLOAD_BUNDLE -> upload(turn, intent);
            case MAKE_PART -> Turn.note(ProvisionPlan.perhapsMade(turn.state(), intent), "LookedAtAgain");
            case REMOVE_PART,
                    ADOPT_INSTANCE,
                    SET_METADATA,
                    SET_MACHINE_TYPE,
                    RESIZE_DISK,
                    SET_SCHEDULING,
                    SET_LABELS,
                    ENSURE_SECRET,
                    CHANGE_AUTHORITY,
                    ISSUE_CERTIFICATES,
                    SIGN_CERTIFICATE,
                    DRAIN_GUEST,
                    LOAD_BUNDLE,
                    ACTIVATE_LINK,
                    DESTROY_VERSION,
                    DESTROY_KEY_VERSION -> Turn.note(turn.state().settling(intent.id()), "LookedAtAgain");
        };
    }

    /**
     * Ends a wake that has come to its deadline without an answer, rather than give power to a machine that would be stopped at once. Whether it has power
     * already is seen by looking at it.
     */
    private static Optional<Plan> giveUp(Turn turn, Intent intent) {
        PlanState over =
                turn.state().settling(intent.id()).with(turn.state().activity().wakeOver());
        if (intent.kind() == EffectKind.INSERT_INSTANCE
                && turn.state().power() instanceof MachineState.Creating creating) {
            return Turn.note(
                    over.with(new MachineState.Creating(turn.now(), turn.now(), creating.firstBoot())), "WakeOver");
        }
        return intent.kind() == EffectKind.START_INSTANCE && turn.state().power() instanceof MachineState.Starting
                ? Turn.note(over.with(new MachineState.Stopped(turn.now())), "WakeOver")
                : Optional.empty();
    }

    /** Uploads have no request ids: the generation inside the newest version tells whether it happened. */
    private static Optional<Plan> upload(Turn turn, Intent intent) {
        Optional<Certificates> prepared = turn.state().trust().prepared();
        if (prepared.isEmpty() || prepared.get().secretVersion().isPresent()) {
            return Turn.note(turn.state().settling(intent.id()), "NothingToUpload");
        }
        long generation = prepared.get().generation();
        if (turn.isDue(turn.seen().renewal(), Duration.ZERO)) {
            return Turn.ask(new Question.Renewal(generation));
        }
        if (isLost(turn.seen().renewal())) {
            return Turn.note(
                    turn.state().settling(intent.id()).with(turn.state().trust().dropPrepared()), "CertificatesLost");
        }
        Optional<Setback> setback = turn.setback(EffectKind.UPLOAD_BUNDLE);
        if (setback.isPresent()) {
            return turn.act(new Effect.UploadBundle(
                    intent.id(), intent.target(), prepared.get().generation()));
        }
        Look<Optional<SecretVersion>> look = turn.seen().uploaded();
        if (turn.isDue(look, Duration.ZERO)) {
            return Turn.ask(new Question.UploadedVersion(
                    intent.target(), generation, prepared.get().pin()));
        }
        return switch (look) {
            case Look.Never<Optional<SecretVersion>> _ -> Optional.empty();
            case Look.Failed<Optional<SecretVersion>>(RuntimeException failure, Instant at) ->
                turn.cannotSee(failure, at);
            case Look.Seen<Optional<SecretVersion>>(Optional<SecretVersion> found, Instant _) ->
                found.map(version -> Turn.note(
                                turn.state()
                                        .settling(intent.id())
                                        .with(turn.state().trust().uploaded(version.name(), turn.now())),
                                "UploadFound"))
                        .orElseGet(() -> turn.act(new Effect.UploadBundle(
                                intent.id(), intent.target(), prepared.get().generation())));
        };
    }

    /** Whether certificates that are on record as issued are nowhere to be found. */
    private static boolean isLost(Look<Optional<RenewalPolicy.Renewal>> look) {
        return look
                        instanceof
                        Look.Seen<Optional<RenewalPolicy.Renewal>>(Optional<RenewalPolicy.Renewal> renewal, Instant _)
                && renewal.filter(RenewalPolicy.Renewal::isMissing).isPresent();
    }

    private static InstanceId instance(String target) {
        int slash = target.indexOf('/');
        return new InstanceId(new Zone(target.substring(0, slash)), new InstanceName(target.substring(slash + 1)));
    }
}
