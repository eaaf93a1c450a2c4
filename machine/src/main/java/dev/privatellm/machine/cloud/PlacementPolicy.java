// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides where the next attempt is made: the first offering of the user's list that no block speaks against. A stopped machine is bound to its zone by its
 * disk; when its zone has nothing, it is tried again for a while before a new disk is made elsewhere, because a new disk has to pull the model again. One
 * that the cloud took away is not waited for: it would be the first to be taken away again. And one that is standard for want of a spot machine is given up
 * as soon as it sleeps and there may be one.
 */
public final class PlacementPolicy {
    /** How long to wait between two attempts to start a machine whose zone had nothing. */
    public static final Duration RESTART_PERIOD = Duration.ofSeconds(15);

    /** Reason of a block that the cloud gave by taking a machine away. */
    public static final String TAKEN_AWAY = "Preempted";

    private PlacementPolicy() {}

    /**
     * Where to make a machine that does not exist yet.
     *
     * @param offerings what the user allows, in the user's order; not empty
     */
    public static Placement place(List<Offering> offerings, List<Block> blocks, Instant now) {
        List<Placement.Refusal> refused = new ArrayList<>();
        for (Offering offering : offerings) {
            Optional<Block> block = longest(offering, blocks, now);
            if (block.isEmpty()) {
                return new Placement.Insert(offering, refused);
            }
            refused.add(new Placement.Refusal(offering, block.get()));
        }
        Instant earliest = refused.stream()
                .map(refusal -> refusal.block().until())
                .min(Comparator.naturalOrder())
                .orElse(now);
        return new Placement.Nowhere(earliest, refused);
    }

    /**
     * How to go on with a machine that is stopped.
     *
     * @param home the offering that it is
     * @param wakeStarted when it was first asked for in this wake
     * @param patience how long its zone is tried before a new disk is made elsewhere
     */
    public static Placement restart(
            Offering home,
            List<Offering> offerings,
            List<Block> blocks,
            Instant wakeStarted,
            Duration patience,
            Instant now) {
        Placement elsewhere = place(offerings, blocks, now);
        Optional<Block> block = longest(home, blocks, now);
        if (block.isEmpty()) {
            return isBetter(elsewhere, home) ? elsewhere : new Placement.Restart(List.of());
        }
        List<Placement.Refusal> refused = List.of(new Placement.Refusal(home, block.get()));
        if (block.get().reason().equals(TAKEN_AWAY) && elsewhere instanceof Placement.Insert) {
            return elsewhere;
        }
        if (block.get().scope() == Block.Scope.OFFERING && now.isBefore(wakeStarted.plus(patience))) {
            Instant again = block.get().since().plus(RESTART_PERIOD);
            return now.isBefore(again) ? new Placement.RestartAt(again, refused) : new Placement.Restart(refused);
        }
        return elsewhere;
    }

    /** Whether a placement is worth a new disk although the machine of this offering can be started: it is a spot machine, and that one is not. */
    public static boolean isBetter(Placement placement, Offering home) {
        return home.provisioning() == ProvisioningModel.STANDARD
                && placement instanceof Placement.Insert(Offering offering, List<Placement.Refusal> _)
                && offering.provisioning() == ProvisioningModel.SPOT;
    }

    /** Every offering that is not tried now, in the order of the list, with the block that holds longest. */
    public static List<Placement.Refusal> refused(List<Offering> offerings, List<Block> blocks, Instant now) {
        return offerings.stream()
                .flatMap(offering ->
                        longest(offering, blocks, now).stream().map(block -> new Placement.Refusal(offering, block)))
                .toList();
    }

    private static Optional<Block> longest(Offering offering, List<Block> blocks, Instant now) {
        return blocks.stream().filter(block -> block.holds(offering, now)).max(Comparator.comparing(Block::until));
    }
}
