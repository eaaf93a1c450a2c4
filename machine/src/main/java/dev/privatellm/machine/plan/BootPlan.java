// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** From a machine that runs to one that serves. Only the guest itself, over the pinned connection, says that it is ready; nothing else counts as an answer. */
final class BootPlan {
    private static final Duration INSTANCE_PERIOD = Duration.ofSeconds(10);

    /** While the guest does not answer, the machine itself is looked at more often: it may be gone. */
    private static final Duration SILENT_PERIOD = Duration.ofSeconds(2);

    /** Progress is written down no more often than this, unless the stage changes. */
    private static final Duration PROGRESS_PERIOD = Duration.ofSeconds(5);

    private BootPlan() {}

    static Optional<Plan> plan(Turn turn) {
        Duration period = Guests.health(turn).isPresent() ? INSTANCE_PERIOD : SILENT_PERIOD;
        return MachinePlan.withInstance(turn, period, found -> seen(turn, found, period));
    }

    private static Optional<Plan> seen(Turn turn, Instance found, Duration period) {
        Optional<Plan> fallen = StopPlan.ifNotRunning(turn, found);
        if (fallen.isPresent()) {
            return fallen;
        }
        if (turn.powerDecision() instanceof PowerDecision.Stop(String reason, boolean _)) {
            return stop(turn, isBadlyInstalled(turn) && Failures.isFailure(reason) ? "BootFailed" : reason);
        }
        Optional<Setback> closed =
                turn.setback(EffectKind.OPEN_FIREWALL).filter(setback -> Failures.isFailure(setback.reason()));
        if (closed.isPresent()) {
            return StopPlan.stop(turn, closed.get().reason());
        }
        Optional<Plan> heard = Guests.health(turn).flatMap(health -> heard(turn, health));
        return heard.isPresent() ? heard : Turn.waitUntil(deadline(turn, period), "Booting");
    }

    private static Optional<Plan> stop(Turn turn, String reason) {
        return ConsolePlan.read(turn, reason).or(() -> StopPlan.stop(turn, reason));
    }

    /** Whoever waits too long for a machine whose installation failed has not waited too short. */
    private static boolean isBadlyInstalled(Turn turn) {
        return Guests.health(turn)
                .filter(health -> !health.failedSteps().isEmpty())
                .isPresent();
    }

    private static Instant deadline(Turn turn, Duration period) {
        Instant nextLook = turn.now().plus(period);
        return turn.powerDecision() instanceof PowerDecision.KeepUntil(Instant until, String _)
                        && until.isBefore(nextLook)
                ? until
                : nextLook;
    }

    private static Optional<Plan> heard(Turn turn, GuestHealth health) {
        return switch (turn.state().power()) {
            case MachineState.Booting booting ->
                Turn.note(
                        turn.state()
                                .with(booting.answering(turn.now()))
                                .withMachine(turn.state().machine().map(machine -> machine.answering(health.bootId()))),
                        "GuestAnswers");
            case MachineState.Warming warming -> warming(turn, warming, health);
            case MachineState.Absent _,
                    MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Serving _,
                    MachineState.Draining _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _,
                    MachineState.Unknown _ -> Optional.empty();
        };
    }

    private static Optional<Plan> warming(Turn turn, MachineState.Warming warming, GuestHealth health) {
        Optional<Certificates> expected =
                turn.state().trust().prepared().or(turn.state().trust()::inUse);
        return switch (health.state()) {
            case READY ->
                expected.filter(certificates -> certificates.generation() == health.generation())
                        .flatMap(certificates -> turn.act(new Effect.ActivateLink(certificates.generation())));
            case FAILED -> stop(turn, "BootFailed");
            case PREEMPTED -> Optional.empty();
            case DRAINING ->
                Guests.address(turn.state(), turn.names())
                        .flatMap(guest -> turn.act(new Effect.DrainGuest(guest, false, "Waking", false)));
            case BOOTING, PULLING, LOADING -> progress(turn, warming, health);
        };
    }

    private static Optional<Plan> progress(Turn turn, MachineState.Warming warming, GuestHealth health) {
        String stage = health.state().name().toLowerCase(Locale.ROOT);
        MachineState.Warming next = warming.progressed(stage, health.percent().orElse(0), turn.now());
        boolean isWorthWriting = !next.stage().equals(warming.stage())
                || (!next.equals(warming)
                        && !turn.now().isBefore(warming.progressAt().plus(PROGRESS_PERIOD)));
        return isWorthWriting ? Turn.note(turn.state().with(next), "Progress") : Optional.empty();
    }
}
