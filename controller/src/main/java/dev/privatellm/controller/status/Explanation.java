// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.plan.Observations;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerState;
import dev.privatellm.machine.power.ScheduleState;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a resource does not simply do what it should: one word of the table of reasons and one sentence with what, where, the other side's code, the next try
 * and the page.
 *
 * @param retryAt when it is tried again by itself; empty if somebody has to act first
 */
record Explanation(Reason reason, String message, Optional<Instant> retryAt) {

    /** What stands in the way now; empty if nothing does. The first that applies is told. */
    static Optional<Explanation> of(Situation situation) {
        return kept(situation)
                .or(() -> forbidden(situation))
                .or(() -> untrusted(situation))
                .or(() -> situation.trouble().map(Explanation::of))
                .or(() -> failed(situation));
    }

    /** A machine that serves goes on doing so. */
    private static Optional<Explanation> kept(Situation situation) {
        return situation.state().power() instanceof MachineState.Serving
                ? Optional.empty()
                : situation
                        .kept()
                        .map(_ -> with(
                                Reason.SLEEPING_BY_POLICY,
                                "%s; %s".formatted(Words.kept(situation), Words.sentence(situation)),
                                Optional.empty()));
    }

    private static Optional<Explanation> forbidden(Situation situation) {
        boolean isForbidden =
                situation.requests().forbidsPower() || situation.spec().power().powerState() == PowerState.STOPPED;
        if (isForbidden) {
            return Optional.of(with(Reason.SLEEPING_BY_POLICY, order(situation), Optional.empty()));
        }
        BudgetVerdict budget = situation.outlook().budget();
        if (budget.forbids()) {
            return Optional.of(with(
                    Reason.BUDGET_EXCEEDED,
                    Words.budget(budget) + "; private-llm wake --override-budget 2h wakes it all the same",
                    budget.until()));
        }
        return isOffHours(situation)
                ? Optional.of(with(
                        Reason.SLEEPING_BY_POLICY,
                        "outside its hours: a window of spec.power.schedule says Off",
                        situation.outlook().schedule().until()))
                : Optional.empty();
    }

    /** Whether nothing but the schedule keeps it asleep. */
    static boolean isOffHours(Situation situation) {
        return situation.outlook().schedule().mode() == ScheduleState.Mode.OFF
                && !situation.requests().forbidsPower()
                && situation.spec().power().powerState() != PowerState.STOPPED
                && !situation.outlook().budget().forbids();
    }

    private static String order(Situation situation) {
        if (situation.isRetention()) {
            return "down: the machine has no power and the firewall is closed, all else is kept and paid for; private-llm up wakes it again";
        }
        return switch (situation.requests().order()) {
            case REMOVAL, REMOVAL_WITH_KEY ->
                situation.isRemoved()
                        ? "removed; private-llm up makes everything again"
                        : "being removed"
                                + (Planner.isAsleep(situation.state().power())
                                        ? ": what the machine stood on"
                                        : ": " + Words.sentence(situation))
                                + situation
                                        .trouble()
                                        .map(trouble -> "; %s (%s)".formatted(trouble.message(), trouble.code()))
                                        .orElse("");
            case LOCK_DOWN, RETENTION -> "locked down: no machine may run";
            case NONE -> "spec.power.powerState is Stopped";
        };
    }

    private static Optional<Explanation> untrusted(Situation situation) {
        return situation
                .guest()
                .flatMap(Observations.Sight::failure)
                .filter(failure -> failure instanceof GuestFailure.Untrusted)
                .map(failure -> with(Reason.MACHINE_UNTRUSTED, String.valueOf(failure.getMessage()), Optional.empty()));
    }

    private static Explanation of(Plan.Trouble trouble) {
        return with(word(trouble.reason()), trouble.message() + " (" + trouble.code() + ")", trouble.retryAt());
    }

    private static Optional<Explanation> failed(Situation situation) {
        return situation.state().power() instanceof MachineState.Failed failed
                        && failed.retryAt().map(situation.now()::isBefore).orElse(true)
                ? Optional.of(with(word(failed.reason()), failed.reason() + ": " + failed.message(), failed.retryAt()))
                : Optional.empty();
    }

    /** The word of the table for a decision's reason; the decision's own word stays in the message. */
    static Reason word(String reason) {
        return switch (reason) {
            case "ZoneStockout" -> Reason.ZONE_STOCKOUT;
            case "ZoneUnavailable" -> Reason.ZONE_UNAVAILABLE;
            case "NoCapacity" -> Reason.NO_CAPACITY;
            case "QuotaExceeded" -> Reason.QUOTA_EXCEEDED;
            case "ModelNotFound" -> Reason.MODEL_NOT_FOUND;
            case "ModelTooLarge" -> Reason.MODEL_TOO_LARGE;
            case "BillingDisabled" -> Reason.BILLING_DISABLED;
            case "KeyDisabled" -> Reason.KEY_DISABLED;
            case "PermissionDenied" -> Reason.PERMISSION_DENIED;
            case "CredentialsRejected" -> Reason.CREDENTIALS_REJECTED;
            case "InvalidSpec" -> Reason.INVALID_SPEC;
            case "ManagementConflict" -> Reason.MANAGEMENT_CONFLICT;
            case "RequestRefused" -> Reason.MACHINE_UNTRUSTED;
            case "EgressUnknown" -> Reason.EGRESS_UNKNOWN;
            case "ActivationDeadlineExceeded" -> Reason.ACTIVATION_DEADLINE_EXCEEDED;
            case "BootFailed", "ModelLoadStalled", "StartStalled", "GuestUnreachable" -> Reason.BOOT_FAILED;
            default -> Reason.UNAVAILABLE;
        };
    }

    private static Explanation with(Reason reason, String what, Optional<Instant> retryAt) {
        String next = retryAt.map(at -> "; next try " + at.truncatedTo(java.time.temporal.ChronoUnit.SECONDS))
                .orElse("");
        return new Explanation(reason, "%s%s; %s".formatted(what, next, reason.next()), retryAt);
    }

    /** Whether nothing goes on before somebody acts, or before a capacity block is over. */
    boolean isStalled() {
        return switch (reason) {
            case QUOTA_EXCEEDED,
                    MODEL_NOT_FOUND,
                    ZONE_UNAVAILABLE,
                    MODEL_TOO_LARGE,
                    BILLING_DISABLED,
                    KEY_DISABLED,
                    PERMISSION_DENIED,
                    CREDENTIALS_REJECTED,
                    INVALID_SPEC,
                    MANAGEMENT_CONFLICT,
                    MACHINE_UNTRUSTED,
                    NO_CAPACITY -> true;
            case BOOT_FAILED, ACTIVATION_DEADLINE_EXCEEDED -> retryAt.isEmpty();
            case INVALID_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    UNKNOWN_MODEL,
                    UNKNOWN_PATH,
                    BODY_TOO_LARGE,
                    RATE_LIMITED,
                    BOOTING,
                    QUEUE_FULL,
                    BUDGET_EXCEEDED,
                    SLEEPING_BY_POLICY,
                    STALLED,
                    STREAM_INTERRUPTED,
                    INTERNAL,
                    ZONE_STOCKOUT,
                    UNAVAILABLE,
                    PREEMPTED,
                    EGRESS_UNKNOWN,
                    REPLACE_REQUIRED,
                    STATE_IN_USE,
                    STATE_UNWRITABLE,
                    STATE_MISMATCH,
                    PORT_TAKEN,
                    NOT_RUNNING -> false;
        };
    }
}
