// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.status;

import dev.privatellm.api.v1alpha1.Condition;
import dev.privatellm.controller.status.LinkView.Boot;
import dev.privatellm.controller.status.ResourceStatus.ActivityStatus;
import dev.privatellm.controller.status.ResourceStatus.AuthorityChangeStatus;
import dev.privatellm.controller.status.ResourceStatus.BlockStatus;
import dev.privatellm.controller.status.ResourceStatus.BootStatus;
import dev.privatellm.controller.status.ResourceStatus.BudgetStatus;
import dev.privatellm.controller.status.ResourceStatus.CertificateStatus;
import dev.privatellm.controller.status.ResourceStatus.CostStatus;
import dev.privatellm.controller.status.ResourceStatus.DriftStatus;
import dev.privatellm.controller.status.ResourceStatus.ExternalStatus;
import dev.privatellm.controller.status.ResourceStatus.FirewallStatus;
import dev.privatellm.controller.status.ResourceStatus.MachineStatus;
import dev.privatellm.controller.status.ResourceStatus.OperationStatus;
import dev.privatellm.controller.status.ResourceStatus.RunStatus;
import dev.privatellm.controller.status.ResourceStatus.ScheduleStatus;
import dev.privatellm.controller.status.ResourceStatus.StageStatus;
import dev.privatellm.controller.status.ResourceStatus.StandingStatus;
import dev.privatellm.controller.status.ResourceStatus.WindowStatus;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.Placement;
import dev.privatellm.machine.cloud.PlacementPolicy;
import dev.privatellm.machine.cost.Account;
import dev.privatellm.machine.plan.BootHistory;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.Made;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Rule;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.plan.Trust;
import dev.privatellm.machine.power.BudgetVerdict;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.ScheduleState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the status together, for people and for {@code -o json}. */
public final class StatusView {
    private StatusView() {}

    /** The status now. */
    public static ResourceStatus of(Situation situation, Account account, List<Condition> conditions) {
        PlanState state = situation.state();
        Optional<Explanation> trouble = Explanation.of(situation);
        return new ResourceStatus(
                situation.spec().generation(),
                Words.phase(situation, trouble),
                trouble.map(Explanation::message).orElseGet(() -> Words.sentence(situation)),
                conditions,
                state.machine().map(machine -> machine(machine, state.power())),
                certificates(state),
                state.rule().map(StatusView::firewall),
                state.parts().stream()
                        .map(part -> new ExternalStatus(
                                part.id().kind().name(), part.id().name()))
                        .toList(),
                activity(situation),
                Boot.of(situation).map(boot -> boot(boot, situation)),
                PlacementPolicy.refused(situation.spec().offerings(), state.blocks(), situation.now()).stream()
                        .map(StatusView::block)
                        .toList(),
                state.operations().stream()
                        .map(intent -> new OperationStatus(
                                intent.id().toString(), intent.kind().name(), intent.target(), intent.startedAt()))
                        .toList(),
                cost(situation, account),
                state.runs().stream().map(run -> run(run, situation.now())).toList(),
                state.wake(),
                bootTimes(state.boots()),
                schedule(situation),
                state.holdings().stream()
                        .filter(held -> held.until().isEmpty())
                        .map(held -> new StandingStatus(held.kind().name(), held.name(), held.usdPerMonth()))
                        .toList(),
                situation.spec().policies().isRetained(),
                situation.spec().policies().isKeyRemoved(),
                state.drift()
                        .map(drift ->
                                new DriftStatus(drift.what(), drift.field(), drift.is(), drift.wanted(), drift.at())),
                state.power().isWaking() || state.activity().wakeWanted(situation.requests()));
    }

    private static List<StageStatus> bootTimes(BootHistory boots) {
        return boots.stages().stream()
                .map(known -> new StageStatus(
                        known.stage(),
                        known.firstBoot(),
                        seconds(boots.stage(known.stage(), 0.5, known.firstBoot())
                                .orElse(Duration.ZERO)),
                        seconds(boots.stage(known.stage(), 0.9, known.firstBoot())
                                .orElse(Duration.ZERO))))
                .toList();
    }

    private static BlockStatus block(Placement.Refusal refusal) {
        return new BlockStatus(
                refusal.offering().machineType(),
                refusal.offering().provisioning().name(),
                refusal.offering().zone().name(),
                refusal.block().scope().name(),
                refusal.block().code(),
                refusal.block().until(),
                refusal.block().detail());
    }

    private static MachineStatus machine(Machine machine, MachineState power) {
        Optional<Instant> servingSince =
                power instanceof MachineState.Serving serving ? Optional.of(serving.since()) : Optional.empty();
        return new MachineStatus(
                machine.id().name().value(),
                machine.id().zone().name(),
                machine.offering().machineType(),
                machine.offering().provisioning().name(),
                machine.address(),
                machine.bootId(),
                machine.startedAt(),
                servingSince,
                machine.made().map(Made::image));
    }

    private static Optional<CertificateStatus> certificates(PlanState state) {
        return state.trust()
                .inUse()
                .or(state.trust()::prepared)
                .map(inUse -> new CertificateStatus(
                        inUse.generation(),
                        inUse.pin(),
                        state.trust()
                                .prepared()
                                .flatMap(Certificates::pin)
                                .filter(pin -> !inUse.pin().equals(Optional.of(pin))),
                        inUse.authority(),
                        inUse.alsoTrusted(),
                        inUse.notAfter(),
                        authorityChange(state.trust())));
    }

    private static Optional<AuthorityChangeStatus> authorityChange(Trust trust) {
        return trust.authorityChange()
                .flatMap(change -> trust.authorityStep()
                        .map(step -> new AuthorityChangeStatus(
                                step.name(), change.compromised(), change.since(), change.successor())));
    }

    private static FirewallStatus firewall(Rule rule) {
        return new FirewallStatus(
                rule.wanted().name(),
                List.copyOf(rule.wanted().sourceRanges()),
                rule.wanted().owner().map(FirewallRule.Owner::expiresAt).orElse(Instant.EPOCH),
                rule.phase() == Rule.Phase.OPEN);
    }

    private static ActivityStatus activity(Situation situation) {
        Optional<Instant> last = situation.state().activity().lastActivity();
        Duration idle = situation.spec().power().idleTimeout();
        Optional<Instant> sleepsAt = situation.state().power() instanceof MachineState.Serving serving
                        && !situation.demand().isPresent()
                        && !idle.isZero()
                ? Optional.of(last.filter(at -> at.isAfter(serving.since()))
                        .orElse(serving.since())
                        .plus(idle))
                : Optional.empty();
        return new ActivityStatus(situation.demand().held(), situation.demand().inFlight(), last, sleepsAt);
    }

    private static BootStatus boot(Boot boot, Situation situation) {
        return new BootStatus(
                boot.stage(),
                boot.percent(),
                boot.startedAt(),
                boot.deadline(),
                boot.left(0.5, situation).map(StatusView::seconds),
                boot.left(0.9, situation).map(StatusView::seconds));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Optional<ScheduleStatus> schedule(Situation situation) {
        ScheduleState schedule = situation.outlook().schedule();
        return situation.spec().power().schedule().isEmpty()
                ? Optional.empty()
                : Optional.of(new ScheduleStatus(
                        schedule.mode().name(),
                        schedule.until(),
                        schedule.next()
                                .map(next -> new WindowStatus(Words.action(next.action()), next.begin(), next.end()))));
    }

    private static Optional<BudgetStatus> budget(BudgetVerdict budget) {
        return budget.state() == BudgetVerdict.State.NONE
                ? Optional.empty()
                : Optional.of(new BudgetStatus(
                        budget.state().name(), budget.forbids(), budget.limit(), budget.spent(), budget.until()));
    }

    private static CostStatus cost(Situation situation, Account account) {
        PlanState state = situation.state();
        Instant now = situation.now();
        double seconds = 0;
        List<BigDecimal> costs = new ArrayList<>();
        for (Run run : state.runs()) {
            seconds += seconds(run.length(now));
            run.cost(now).ifPresent(costs::add);
        }
        Optional<BigDecimal> usd = costs.size() == state.runs().size()
                ? Optional.of(costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                : Optional.empty();
        return new CostStatus(
                seconds,
                usd,
                state.currentRun().flatMap(Run::pricePerHour),
                MachineTypes.asOf().toString(),
                account.month().total().usd(),
                account.forecast().usd(),
                account.savedBySleeping(),
                budget(situation.outlook().budget()));
    }

    private static RunStatus run(Run run, Instant now) {
        return new RunStatus(
                run.id(),
                run.start(),
                run.end(),
                seconds(run.length(now)),
                run.offering().machineType(),
                run.offering().zone().name(),
                run.cost(now),
                run.reason());
    }
}
