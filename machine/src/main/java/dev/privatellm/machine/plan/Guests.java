// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.power.MachineState;
import java.util.Optional;

/** Where the guest is to be found, and whether what was heard comes from it. */
public final class Guests {
    private Guests() {}

    /**
     * The guest to look at: only once it runs, has an address, its firewall rule is in force, and it is known what it must present.
     */
    public static Optional<GuestAddress> address(PlanState state, Names names) {
        boolean admitted = state.rule()
                .filter(rule -> rule.phase() == Rule.Phase.OPEN || rule.phase() == Rule.Phase.REPLACING)
                .isPresent();
        if (!admitted) {
            return Optional.empty();
        }
        return switch (state.power()) {
            case MachineState.Booting _, MachineState.Warming _, MachineState.Draining _
            when state.trust().isDistrusted() -> Optional.empty();
            case MachineState.Booting _, MachineState.Warming _ ->
                address(state, names, state.trust().prepared().or(state.trust()::inUse), Optional.empty());
            case MachineState.Serving _
            when state.trust().isDistrusted() ->
                address(
                        state,
                        names,
                        state.trust()
                                .prepared()
                                .filter(next -> next.secretVersion().isPresent()),
                        Optional.empty());
            case MachineState.Serving _, MachineState.Draining _ ->
                address(
                        state,
                        names,
                        state.trust().inUse(),
                        state.trust().prepared().flatMap(Certificates::pin));
            case MachineState.Absent _,
                    MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Stopping _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Failed _,
                    MachineState.Unknown _ -> Optional.empty();
        };
    }

    private static Optional<GuestAddress> address(
            PlanState state, Names names, Optional<Certificates> certificates, Optional<String> nextPin) {
        return state.machine()
                .flatMap(machine -> machine.address()
                        .flatMap(host -> certificates.flatMap(present -> present.pin()
                                .map(pin -> new GuestAddress(
                                        host,
                                        machine.port(),
                                        names.serverName(),
                                        pin,
                                        nextPin,
                                        present.generation())))));
    }

    /** What was seen of the guest that is meant now; empty if it was another address, pin or generation. */
    static Optional<Observations.Sight> sight(Turn turn) {
        Optional<GuestAddress> meant = address(turn.state(), turn.names());
        return turn.seen().guest().filter(sight -> meant.equals(Optional.of(sight.address())));
    }

    /** The guest's health, if the latest attempt had an answer, and from our machine. */
    static Optional<GuestHealth> health(Turn turn) {
        Optional<String> cloudId = turn.state().machine().flatMap(Machine::cloudId);
        return sight(turn)
                .filter(sight -> sight.failure().isEmpty())
                .flatMap(Observations.Sight::health)
                .filter(health -> cloudId.map(health.instanceId()::equals).orElse(true));
    }
}
