// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.Policies;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.Window;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;

/** What is going on, for people: the stage in one word, the whole in one sentence. */
final class Words {
    private Words() {}

    /** The stage of a wake, or the state it rests in. */
    static String stage(MachineState power) {
        return switch (power) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Suspended _ -> "asleep";
            case MachineState.Creating _ -> "creating";
            case MachineState.Starting _ -> "starting";
            case MachineState.Booting _ -> "booting";
            case MachineState.Warming warming -> warming.stage();
            case MachineState.Serving _ -> "ready";
            case MachineState.Draining _ -> "draining";
            case MachineState.Stopping _ -> "stopping";
            case MachineState.Preempted _ -> "recovering";
            case MachineState.Deleting _ -> "deleting";
            case MachineState.Failed _ -> "failed";
            case MachineState.Unknown _ -> "unknown";
        };
    }

    /** One word for the whole. */
    static Phase phase(Situation situation, Optional<Explanation> trouble) {
        if (situation.isRemoval() && Planner.isAsleep(situation.state().power())) {
            return situation.isRemoved() ? Phase.PENDING : Phase.DELETING;
        }
        if (situation.isRetention() && Planner.isAsleep(situation.state().power())) {
            return Planner.isAtRest(situation.state()) ? Phase.STOPPED : Phase.STOPPING;
        }
        Optional<Phase> stopped = trouble.flatMap(Words::phase);
        return switch (situation.state().power()) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Suspended _ ->
                stopped.orElse(isWaking(situation) ? Phase.STARTING : Phase.STOPPED);
            case MachineState.Failed _ -> stopped.orElse(Phase.FAILED);
            case MachineState.Creating _, MachineState.Starting _ -> Phase.STARTING;
            case MachineState.Booting _ -> Phase.BOOTING;
            case MachineState.Warming _ -> Phase.WARMING;
            case MachineState.Serving _ -> Phase.RUNNING;
            case MachineState.Draining _ -> Phase.DRAINING;
            case MachineState.Stopping _, MachineState.Deleting _ -> Phase.STOPPING;
            case MachineState.Preempted _ -> Phase.PREEMPTED;
            case MachineState.Unknown _ -> Phase.UNKNOWN;
        };
    }

    private static Optional<Phase> phase(Explanation trouble) {
        return switch (trouble.reason()) {
            case NO_CAPACITY -> Optional.of(Phase.NO_CAPACITY);
            case BUDGET_EXCEEDED -> Optional.of(Phase.BUDGET_EXCEEDED);
            case PERMISSION_DENIED, CREDENTIALS_REJECTED -> Optional.of(Phase.AUTH_ERROR);
            case UNAVAILABLE -> Optional.of(Phase.UNKNOWN);
            case INVALID_SPEC,
                    MANAGEMENT_CONFLICT,
                    QUOTA_EXCEEDED,
                    MODEL_NOT_FOUND,
                    MODEL_TOO_LARGE,
                    BILLING_DISABLED,
                    KEY_DISABLED,
                    MACHINE_UNTRUSTED -> Optional.of(Phase.FAILED);
            case INVALID_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    UNKNOWN_MODEL,
                    UNKNOWN_PATH,
                    BODY_TOO_LARGE,
                    RATE_LIMITED,
                    BOOTING,
                    QUEUE_FULL,
                    ACTIVATION_DEADLINE_EXCEEDED,
                    SLEEPING_BY_POLICY,
                    STALLED,
                    STREAM_INTERRUPTED,
                    INTERNAL,
                    ZONE_STOCKOUT,
                    ZONE_UNAVAILABLE,
                    BOOT_FAILED,
                    PREEMPTED,
                    EGRESS_UNKNOWN,
                    REPLACE_REQUIRED,
                    STATE_IN_USE,
                    STATE_UNWRITABLE,
                    STATE_MISMATCH,
                    PORT_TAKEN,
                    NOT_RUNNING -> Optional.empty();
        };
    }

    /** Why nothing is done about it; empty if that is not so. */
    static String kept(Situation situation) {
        return situation
                .kept()
                .map(why -> why.equals(Policies.PAUSED)
                        ? "paused by the annotation privatellm.dev/paused: nothing is asked of the cloud before it is taken out of the document"
                        : "spec.managementPolicy is Observe: nothing is changed in the cloud")
                .orElse("");
    }

    /** What is going on, in one sentence. */
    static String sentence(Situation situation) {
        String where = situation
                .state()
                .machine()
                .map(Machine::offering)
                .map(offering -> offering + ": ")
                .orElse("");
        return where
                + switch (situation.state().power()) {
                    case MachineState.Absent _ ->
                        isWaking(situation)
                                ? "no machine yet; what it needs is being prepared"
                                : "no machine; the next request makes one";
                    case MachineState.Stopped _ ->
                        isWaking(situation)
                                ? "asleep; what its start needs is being prepared"
                                : asleep(situation) + "; the next request wakes it";
                    case MachineState.Creating _ -> "being made";
                    case MachineState.Starting _ -> "starting";
                    case MachineState.Booting _ -> "booting";
                    case MachineState.Warming warming -> "%s, %d %%".formatted(warming.stage(), warming.percent());
                    case MachineState.Serving serving ->
                        serving.unreachableSince()
                                .map(since -> "serving, but not reachable since " + since)
                                .orElse("serving");
                    case MachineState.Draining draining -> "finishing its streams (" + draining.reason() + ")";
                    case MachineState.Stopping stopping -> "going to sleep (" + stopping.reason() + ")";
                    case MachineState.Preempted _ -> "taken away by the cloud; the next request wakes one";
                    case MachineState.Suspended _ -> "suspended by somebody else";
                    case MachineState.Deleting deleting -> "being removed (" + deleting.reason() + ")";
                    case MachineState.Failed failed -> failed.reason() + ", " + failed.message();
                    case MachineState.Unknown _ -> "the cloud cannot be asked";
                };
    }

    /** An action of a window as a document writes it. */
    static String action(Window.Action action) {
        return switch (action) {
            case PRE_WARM -> "PreWarm";
            case ON -> "On";
            case OFF -> "Off";
        };
    }

    /** How the month stands to its budget. */
    static String budget(BudgetVerdict budget) {
        String spent = budget.spent().setScale(2, RoundingMode.HALF_UP).toPlainString();
        String limit = budget.limit().map(BigDecimal::toPlainString).orElse("");
        return switch (budget.state()) {
            case NONE -> "no budget";
            case WITHIN -> "%s of %s USD spent this month".formatted(spent, limit);
            case UNKNOWN ->
                "at least %s of %s USD spent this month; the price of a machine is unknown, so nobody can say"
                        .formatted(spent, limit);
            case EXCEEDED -> "the budget of %s USD is used up: %s USD spent this month".formatted(limit, spent);
            case OVERRIDDEN ->
                "the budget of %s USD is used up: %s USD spent this month; overridden until %s"
                        .formatted(
                                limit,
                                spent,
                                budget.until().map(Instant::toString).orElse(""));
        };
    }

    private static boolean isWaking(Situation situation) {
        return situation.state().activity().wakeStarted().isPresent();
    }

    private static String asleep(Situation situation) {
        return situation
                .state()
                .activity()
                .lastSleepReason()
                .map(reason -> "asleep (" + reason + ")")
                .orElse("asleep");
    }
}
