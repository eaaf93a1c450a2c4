// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.ModelNeeds;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Preflight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the registry said of the models that a specification asks for, kept so that nobody is asked twice about the same ones. What follows from it for a machine
 * is decided anew each time: its type and its disk may change meanwhile.
 *
 * @param of fingerprint of the models and their context
 * @param at when the registry was asked
 * @param absent models that it does not have
 * @param unknown how many it said nothing of
 * @param gpuMemoryGb least memory of GPUs for the first model; empty if nobody knows
 * @param smallestDiskGb size of disk below which they do not fit, as far as that is known
 * @param kept what a machine that runs goes on with instead of them; empty if it was told them
 */
public record ModelCheck(
        String of,
        Instant at,
        List<String> absent,
        int unknown,
        Optional<Integer> gpuMemoryGb,
        int smallestDiskGb,
        Optional<GuestConfig.Models> kept) {
    /** A registry that did not answer, or that had no such model, is asked again after this. */
    private static final Duration ASK_AGAIN = Verdict.ADMINISTRATOR;

    /**
     * Why a machine is not to load the models now.
     *
     * @param isCuredAsleep whether its next wake makes up for it, so that nobody has to do anything
     */
    public record Obstacle(String reason, String message, boolean isCuredAsleep) {
        /** Whether nothing but the registry speaks against them. */
        boolean isOfRegistry() {
            return reason.equals("ModelNotFound");
        }
    }

    public ModelCheck {
        absent = List.copyOf(absent);
    }

    static ModelCheck of(GuestConfig guest, Map<String, Listing> said, Instant now) {
        List<Listing.Listed> listed = listed(said);
        List<String> absent = said.entrySet().stream()
                .filter(model -> model.getValue() instanceof Listing.Absent)
                .map(Map.Entry::getKey)
                .toList();
        return new ModelCheck(
                guest.modelFingerprint(),
                now,
                absent,
                said.size() - listed.size() - absent.size(),
                said.get(guest.model()) instanceof Listing.Listed first
                        ? Optional.of(ModelNeeds.gpuMemoryGb(first, guest.contextLength()))
                        : Optional.empty(),
                ModelNeeds.smallestDiskGb(listed),
                Optional.empty());
    }

    /** The models whose size is known. */
    static List<Listing.Listed> listed(Map<String, Listing> said) {
        return said.values().stream()
                .filter(Listing.Listed.class::isInstance)
                .map(Listing.Listed.class::cast)
                .toList();
    }

    /** What is on record about exactly the models that are asked for. */
    static Optional<ModelCheck> on(PlanState state, MachineSpec spec) {
        return state.modelCheck().filter(check -> check.of().equals(spec.guest().modelFingerprint()));
    }

    ModelCheck keeping(GuestConfig.Models models) {
        return new ModelCheck(of, at, absent, unknown, gpuMemoryGb, smallestDiskGb, Optional.of(models));
    }

    /** Whether the registry has all of them, so that it never has to be asked again. */
    boolean isCertain() {
        return absent.isEmpty() && unknown == 0;
    }

    /** Whether it need not be asked again now. */
    boolean isFresh(Instant now) {
        return isCertain() || now.isBefore(askAgainAt());
    }

    Instant askAgainAt() {
        return at.plus(ASK_AGAIN);
    }

    /** Whether it says the same, whenever that was. */
    boolean says(ModelCheck other) {
        return other.equals(new ModelCheck(of, other.at, absent, unknown, gpuMemoryGb, smallestDiskGb, other.kept));
    }

    /** The offerings whose GPUs hold the model, as far as that is known; all of them if none does. */
    static List<Offering> fitting(MachineSpec spec, PlanState state) {
        List<Offering> fitting = spec.offerings().stream()
                .filter(offering -> on(state, spec)
                        .flatMap(check -> check.tooSmall(offering.machineType()))
                        .isEmpty())
                .toList();
        return fitting.isEmpty() ? spec.offerings() : fitting;
    }

    private Optional<String> tooSmall(String machineType) {
        return Preflight.tooSmall(machineType, gpuMemoryGb);
    }

    /**
     * What keeps a machine from the models that are asked for; empty if nothing is known to.
     *
     * @param change what its next wake does to it
     */
    public static Optional<Obstacle> obstacle(
            Machine machine, MachineChange change, MachineSpec spec, PlanState state) {
        return on(state, spec).flatMap(check -> check.stops(machine, change, spec, state));
    }

    /** What a machine that runs is to go on serving, because it is not to have now what is asked for; empty if it is told that. */
    public static Optional<GuestConfig.Models> kept(
            Machine machine, MachineChange change, MachineSpec spec, PlanState state) {
        return obstacle(machine, change, spec, state)
                .flatMap(_ -> on(state, spec))
                .flatMap(ModelCheck::kept);
    }

    private Optional<Obstacle> stops(Machine machine, MachineChange change, MachineSpec spec, PlanState state) {
        if (!absent.isEmpty()) {
            return Optional.of(
                    new Obstacle("ModelNotFound", "the registry has no model " + String.join(", ", absent), false));
        }
        Optional<Integer> asked = spec.diskSizeGb().filter(size -> size < smallestDiskGb);
        if (asked.isPresent()) {
            return Optional.of(new Obstacle("ModelTooLarge", tooSmallDisk(asked.get(), smallestDiskGb), false));
        }
        boolean isReplaced = change.mayReplace(machine, spec, state);
        Optional<String> gpus = tooSmall(machine.offering().machineType());
        if (gpus.isPresent()) {
            boolean isCured = isReplaced
                    || change.machineType()
                            .filter(type -> tooSmall(type).isEmpty())
                            .isPresent();
            return Optional.of(new Obstacle("ModelTooLarge", "%s: %s".formatted(machine.id(), gpus.get()), isCured));
        }
        return machine.made()
                .filter(made -> made.diskGb() < smallestDiskGb)
                .map(made -> new Obstacle(
                        "ModelTooLarge",
                        "%s: its disk has %d GB, the models need %d"
                                .formatted(machine.id(), made.diskGb(), smallestDiskGb),
                        isReplaced || change.diskGb().isPresent()));
    }

    static String tooSmallDisk(int askedGb, int smallestGb) {
        return "spec.placement.disk.sizeGb: %d (expected: >= %d for these models, or absent)"
                .formatted(askedGb, smallestGb);
    }
}
