// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.api.v1alpha1.Condition.Status;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.machine.cloud.ConsoleExcerpt;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Look;
import dev.privatellm.machine.plan.Observations;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.Policies;
import dev.privatellm.machine.plan.Rule;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.MachineState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says whether a resource is ready, and if not, why. {@code Ready} means that it does what its specification asks, which for a machine without demand is to
 * sleep; {@code Serving} means that a request would be answered now.
 */
public final class Readiness {
    private static final String INSTALLED = "Installed";
    private static final String BOOTED = "Booted";

    /** Type of the condition that tells how the month stands to its budget; there is none without one. */
    public static final String WITHIN_BUDGET = "WithinBudget";

    private Readiness() {}

    /** The conditions now. A condition's transition time moves only with its status. */
    public static List<Condition> conditions(Situation situation, List<Condition> before) {
        Optional<Explanation> trouble = Explanation.of(situation);
        if (situation.kept().equals(Optional.of(Policies.PAUSED))) {
            return paused(situation, before);
        }
        List<Condition> conditions = new ArrayList<>();
        conditions.add(ready(situation, trouble));
        conditions.add(serving(situation, trouble));
        conditions.add(ModelReadiness.of(situation));
        trouble.filter(Explanation::isStalled)
                .ifPresent(stalled -> conditions.add(
                        condition("Stalled", Status.TRUE, stalled.reason().word(), stalled.message(), situation)));
        conditions.add(firewall(situation, trouble));
        conditions.add(certificates(situation));
        conditions.add(splitTrust(situation));
        installed(situation, before).ifPresent(conditions::add);
        booted(situation, before).ifPresent(conditions::add);
        budget(situation).ifPresent(conditions::add);
        Deviation.of(situation).ifPresent(conditions::add);
        return conditions.stream().map(now -> since(now, before)).toList();
    }

    /** Nobody has looked, so all is as it was last. */
    private static List<Condition> paused(Situation situation, List<Condition> before) {
        String message = "%s; %s".formatted(Words.kept(situation), Words.sentence(situation));
        if (before.isEmpty()) {
            return List.of(condition("Ready", Status.UNKNOWN, Policies.PAUSED, message, situation));
        }
        return before.stream()
                .map(old -> old.type().equals("Ready")
                        ? since(condition("Ready", old.status(), Policies.PAUSED, message, situation), before)
                        : old)
                .toList();
    }

    private static Condition since(Condition now, List<Condition> before) {
        return before.stream()
                .filter(old -> old.type().equals(now.type()) && old.status() == now.status())
                .findFirst()
                .map(old ->
                        new Condition(now.type(), now.status(), now.reason(), now.message(), old.lastTransitionTime()))
                .orElse(now);
    }

    private static Condition condition(String type, Status status, String reason, String message, Situation situation) {
        return new Condition(type, status, reason, message, situation.now());
    }

    private static Condition ready(Situation situation, Optional<Explanation> trouble) {
        if (trouble.isPresent()) {
            Explanation explanation = trouble.get();
            if (explanation.reason() == Reason.SLEEPING_BY_POLICY) {
                return condition(
                        "Ready",
                        Status.TRUE,
                        situation.kept().orElse(Explanation.isOffHours(situation) ? "Scheduled" : "StoppedByUser"),
                        explanation.message(),
                        situation);
            }
            if (explanation.reason() == Reason.BUDGET_EXCEEDED) {
                return condition("Ready", Status.TRUE, "BudgetExceeded", explanation.message(), situation);
            }
            if (explanation.reason() == Reason.UNAVAILABLE) {
                return condition("Ready", Status.UNKNOWN, "Unavailable", explanation.message(), situation);
            }
            if (explanation.isStalled()) {
                return condition("Ready", Status.FALSE, explanation.reason().word(), explanation.message(), situation);
            }
        }
        return switch (situation.state().power()) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Suspended _ ->
                situation.state().activity().wakeStarted().isPresent()
                        ? condition("Ready", Status.TRUE, "Waking", Words.sentence(situation), situation)
                        : condition("Ready", Status.TRUE, "Sleeping", Words.sentence(situation), situation);
            case MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Booting _,
                    MachineState.Warming _,
                    MachineState.Deleting _,
                    MachineState.Preempted _,
                    MachineState.Failed _ ->
                condition("Ready", Status.TRUE, "Waking", Words.sentence(situation), situation);
            case MachineState.Serving _ ->
                condition("Ready", Status.TRUE, "Serving", Words.sentence(situation), situation);
            case MachineState.Draining _, MachineState.Stopping _ ->
                condition("Ready", Status.TRUE, "Draining", Words.sentence(situation), situation);
            case MachineState.Unknown _ ->
                condition("Ready", Status.UNKNOWN, "Unavailable", Words.sentence(situation), situation);
        };
    }

    private static Condition serving(Situation situation, Optional<Explanation> trouble) {
        if (situation.state().power() instanceof MachineState.Serving serving) {
            return serving.unreachableSince().isEmpty()
                    ? condition("Serving", Status.TRUE, "Answering", Words.sentence(situation), situation)
                    : condition("Serving", Status.UNKNOWN, "GuestUnreachable", Words.sentence(situation), situation);
        }
        if (trouble.isPresent()
                && trouble.get().reason() != Reason.SLEEPING_BY_POLICY
                && trouble.get().reason() != Reason.BUDGET_EXCEEDED) {
            return condition(
                    "Serving",
                    Status.FALSE,
                    trouble.get().reason().word(),
                    trouble.get().message(),
                    situation);
        }
        String reason = switch (situation.state().power()) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Suspended _ -> "Asleep";
            case MachineState.Creating _, MachineState.Starting _ -> "Starting";
            case MachineState.Booting _ -> "Booting";
            case MachineState.Warming _ -> "LoadingModel";
            case MachineState.Serving _ -> "Answering";
            case MachineState.Draining _, MachineState.Stopping _ -> "Draining";
            case MachineState.Preempted _ -> "Preempted";
            case MachineState.Deleting _, MachineState.Failed _ -> "BootFailed";
            case MachineState.Unknown _ -> "Unavailable";
        };
        return condition("Serving", Status.FALSE, reason, Words.sentence(situation), situation);
    }

    private static Condition firewall(Situation situation, Optional<Explanation> trouble) {
        Optional<Explanation> egress = trouble.filter(known -> known.reason() == Reason.EGRESS_UNKNOWN);
        if (egress.isPresent()) {
            return condition(
                    "FirewallOpen", Status.FALSE, "EgressUnknown", egress.get().message(), situation);
        }
        return situation
                .state()
                .rule()
                .map(rule -> rule.phase() == Rule.Phase.OPEN
                        ? condition(
                                "FirewallOpen",
                                Status.TRUE,
                                "Open",
                                "%s admits %s"
                                        .formatted(
                                                rule.wanted().name(),
                                                rule.wanted().sourceRanges()),
                                situation)
                        : condition(
                                "FirewallOpen",
                                Status.FALSE,
                                "Changing",
                                "%s is being changed".formatted(rule.wanted().name()),
                                situation))
                .orElseGet(() -> condition(
                        "FirewallOpen",
                        Status.FALSE,
                        "Closed",
                        "no rule: nothing is reachable from outside",
                        situation));
    }

    /** How the installation of the machine's last boot went, as its guest told; what it told stays when the machine sleeps. */
    private static Optional<Condition> installed(Situation situation, List<Condition> before) {
        Optional<GuestHealth> told = situation
                .guest()
                .flatMap(Observations.Sight::health)
                .filter(health -> health.isInstalled() || !health.failedSteps().isEmpty());
        if (told.isEmpty()) {
            return before.stream().filter(old -> old.type().equals(INSTALLED)).findFirst();
        }
        List<GuestHealth.InstallStep> failed = told.get().failedSteps();
        return Optional.of(
                failed.isEmpty()
                        ? condition(INSTALLED, Status.TRUE, "Converged", "as its configuration says", situation)
                        : condition(
                                INSTALLED,
                                Status.FALSE,
                                Reason.BOOT_FAILED.word(),
                                failed.stream()
                                                .map(step -> "step %s: exit %d".formatted(step.name(), step.exitCode()))
                                                .collect(Collectors.joining(", "))
                                        + "; " + Reason.BOOT_FAILED.next(),
                                situation));
    }

    /** What a machine that did not come up had printed; there is none once one serves. Only here: what a machine prints is for who runs it, and not for the callers of the gateway. */
    private static Optional<Condition> booted(Situation situation, List<Condition> before) {
        if (situation.state().power() instanceof MachineState.Serving) {
            return Optional.empty();
        }
        Optional<String> told = switch (situation.console()) {
            case Look.Never<ConsoleExcerpt> _ -> Optional.empty();
            case Look.Seen<ConsoleExcerpt>(ConsoleExcerpt excerpt, Instant _) ->
                Optional.of(
                        excerpt.lines().isEmpty()
                                ? "its console shows nothing"
                                : "its console: " + String.join(" | ", excerpt.lines()));
            case Look.Failed<ConsoleExcerpt>(RuntimeException failure, Instant _) ->
                Optional.of("its console could not be read (%s)"
                        .formatted(failure.getClass().getSimpleName()));
        };
        return told.map(text -> condition(
                        BOOTED,
                        Status.FALSE,
                        Reason.BOOT_FAILED.word(),
                        "%s; see %s".formatted(text, Reason.BOOT_FAILED.page()),
                        situation))
                .or(() ->
                        before.stream().filter(old -> old.type().equals(BOOTED)).findFirst());
    }

    private static Optional<Condition> budget(Situation situation) {
        BudgetVerdict budget = situation.outlook().budget();
        String told = Words.budget(budget);
        return switch (budget.state()) {
            case NONE -> Optional.empty();
            case WITHIN -> Optional.of(condition(WITHIN_BUDGET, Status.TRUE, "WithinBudget", told, situation));
            case UNKNOWN -> Optional.of(condition(WITHIN_BUDGET, Status.UNKNOWN, "PriceUnknown", told, situation));
            case EXCEEDED -> Optional.of(condition(WITHIN_BUDGET, Status.FALSE, "BudgetExceeded", told, situation));
            case OVERRIDDEN -> Optional.of(condition(WITHIN_BUDGET, Status.FALSE, "Overridden", told, situation));
        };
    }

    private static Condition certificates(Situation situation) {
        Optional<Plan.Trouble> refused =
                situation.trouble().filter(trouble -> trouble.reason().equals("RequestRefused"));
        if (refused.isPresent()) {
            return condition(
                    "CertificatesReady",
                    Status.FALSE,
                    refused.get().code(),
                    refused.get().message(),
                    situation);
        }
        return situation
                .state()
                .trust()
                .prepared()
                .or(situation.state().trust()::inUse)
                .map(certificates -> certificates(certificates, situation))
                .orElseGet(() -> condition(
                        "CertificatesReady", Status.FALSE, "NotIssued", "issued with the first wake", situation));
    }

    private static Condition certificates(Certificates certificates, Situation situation) {
        String message = "generation %d until %s".formatted(certificates.generation(), certificates.notAfter());
        if (certificates.pin().isEmpty()) {
            return condition("CertificatesReady", Status.FALSE, "MachineHasNotAsked", message, situation);
        }
        return certificates.secretVersion().isPresent()
                ? condition("CertificatesReady", Status.TRUE, "Issued", message, situation)
                : condition("CertificatesReady", Status.FALSE, "NotUploaded", message, situation);
    }

    /** Whether nobody who can read what lies in the cloud can pass for the machine. */
    private static Condition splitTrust(Situation situation) {
        return switch (situation.spec().serverKey()) {
            case CSR ->
                condition(
                        "SplitTrust",
                        Status.TRUE,
                        "KeyBornOnTheMachine",
                        "no private key lies in the cloud: the authority's is here, the machine's in its memory",
                        situation);
            case UPLOADED ->
                condition(
                        "SplitTrust",
                        Status.FALSE,
                        "ServerKeyUploaded",
                        "spec.security.serverKey is Uploaded: whoever may read secret %s can pass for the machine"
                                .formatted(situation.spec().names().secret()),
                        situation);
        };
    }
}
