// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.MachineType;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Scheduling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * In what a machine that exists is not what the specification asks for, and how it can become so. What it takes over while it runs (model, idle time, budget,
 * sources) or at any start (engine, guest, port) is none of this. A machine that is one of several that are allowed is as it should be, whichever is listed
 * first; but one whose GPUs do not hold the model is not as it should be where another one would.
 *
 * @param differences in the order of the document
 * @param machineType the type to change it to while it is stopped; empty to leave it
 * @param diskGb the size to let its disk grow to while it is stopped; empty to leave it
 * @param maxRunDuration the longest run to set while it is stopped; empty to leave it
 */
public record MachineChange(
        List<Difference> differences,
        Optional<String> machineType,
        Optional<Integer> diskGb,
        Optional<Duration> maxRunDuration) {

    /** What it takes to get from one to the other. */
    public enum Needs {
        /** The machine is changed while it is stopped, which is at its next wake. */
        STOP,
        /** Only another machine with another disk can be so. */
        REPLACEMENT
    }

    /**
     * One field in which the machine differs.
     *
     * @param field path in the document
     * @param is as the machine is
     * @param wanted as the document says
     */
    public record Difference(String field, String is, String wanted, Needs needs) {
        @Override
        public String toString() {
            return "%s: %s -> %s".formatted(field, is, wanted);
        }
    }

    public MachineChange {
        differences = List.copyOf(differences);
    }

    /**
     * Compares a machine with what is asked for.
     *
     * @param anyProvisioning whether it does not matter how it is bought, because a budget decides that for the time being
     */
    public static MachineChange of(Machine machine, MachineSpec spec, PlanState state, boolean anyProvisioning) {
        List<Difference> found = new ArrayList<>();
        Offering home = machine.offering();
        List<Offering> allowed = spec.offerings();
        differs(
                found,
                "spec.placement.zones",
                home,
                allowed,
                offering -> offering.zone().name());
        List<Offering> fitting = ModelCheck.fitting(spec, state);
        Optional<String> type = otherType(home, fitting);
        differs(found, "spec.placement.machineTypes", home, fitting, Offering::machineType, type);
        if (!anyProvisioning) {
            differs(
                    found,
                    "spec.placement.provisioning",
                    home,
                    allowed,
                    offering -> offering.provisioning().name());
        }
        Optional<Integer> growth = Optional.empty();
        Optional<Duration> maxRun = Optional.empty();
        if (machine.made().isPresent()) {
            Made made = machine.made().get();
            if (!made.image().equals(spec.image(state))) {
                differs(found, "spec.placement.image", made.image(), spec.image());
            }
            growth = disk(found, made.diskGb(), spec, state);
            differs(found, "spec.network.vpc", made.network(), spec.network());
            if (made.network().equals(spec.network())) {
                differs(found, "spec.network.subnet", made.subnet(), spec.subnet());
            }
            differs(found, "spec.network.address", address(made.isExternal()), address(spec.hasExternalAddress()));
            differs(
                    found,
                    "spec.security.secureBoot",
                    String.valueOf(made.isSecureBoot()),
                    String.valueOf(spec.hasSecureBoot()));
            differs(found, "spec.provider.gcp.serviceAccount", made.serviceAccount(), spec.serviceAccount());
            maxRun = made.scheduling()
                    .flatMap(is -> scheduling(found, is, spec.power().maxUptime()));
        }
        return new MachineChange(found, type, growth, maxRun);
    }

    private static String address(boolean isExternal) {
        return isExternal ? "External" : "Internal";
    }

    /**
     * The allowed type that a machine of a type that is not can be changed to: of its own series, as only those keep the kind of GPU and of disk
     * (<a href="https://cloud.google.com/compute/docs/instances/changing-machine-type-of-stopped-instance">changing the machine type</a>).
     */
    private static Optional<String> otherType(Offering home, List<Offering> allowed) {
        return is(home, allowed, Offering::machineType)
                ? Optional.empty()
                : allowed.stream()
                        .map(Offering::machineType)
                        .filter(type -> MachineType.family(type).equals(MachineType.family(home.machineType()))
                                && MachineTypes.disk(type).equals(MachineTypes.disk(home.machineType())))
                        .findFirst();
    }

    private static boolean is(Offering home, List<Offering> allowed, Function<Offering, String> part) {
        return allowed.stream().map(part).anyMatch(Predicate.isEqual(part.apply(home)));
    }

    private static void differs(
            List<Difference> found,
            String field,
            Offering home,
            List<Offering> allowed,
            Function<Offering, String> part) {
        differs(found, field, home, allowed, part, Optional.empty());
    }

    private static void differs(
            List<Difference> found,
            String field,
            Offering home,
            List<Offering> allowed,
            Function<Offering, String> part,
            Optional<String> possible) {
        if (!is(home, allowed, part)) {
            found.add(new Difference(
                    field,
                    part.apply(home),
                    possible.orElseGet(
                            () -> allowed.stream().map(part).distinct().collect(Collectors.joining(" or "))),
                    possible.isPresent() ? Needs.STOP : Needs.REPLACEMENT));
        }
    }

    private static void differs(List<Difference> found, String field, String is, String wanted) {
        if (!Objects.equals(is, wanted)) {
            found.add(new Difference(field, is, wanted, Needs.REPLACEMENT));
        }
    }

    /** A disk grows and never shrinks; one that only is larger than its models need is left alone. */
    private static Optional<Integer> disk(List<Difference> found, int isGb, MachineSpec spec, PlanState state) {
        int wantedGb = spec.diskGb(state);
        if (wantedGb == isGb || (wantedGb < isGb && spec.diskSizeGb().isEmpty())) {
            return Optional.empty();
        }
        boolean grows = wantedGb > isGb;
        found.add(new Difference(
                "spec.placement.disk.sizeGb", isGb + " GB", wantedGb + " GB", grows ? Needs.STOP : Needs.REPLACEMENT));
        return grows ? Optional.of(wantedGb) : Optional.empty();
    }

    /** What the cloud does with its power by itself is set anew as a whole. */
    private static Optional<Duration> scheduling(List<Difference> found, Scheduling is, Duration maxRun) {
        Scheduling wanted = Scheduling.stoppedAfter(maxRun);
        if (!is.maxRunDuration().equals(wanted.maxRunDuration())) {
            String limit = is.maxRunDuration()
                    .map(Duration::toSeconds)
                    .map(String::valueOf)
                    .orElse("none");
            found.add(atStop("spec.power.maxUptimeSeconds", limit, String.valueOf(maxRun.toSeconds())));
        }
        if (is.isDeletedAtEnd()) {
            found.add(atStop("scheduling.terminationAction", "DELETE", "STOP"));
        }
        if (is.restartsItself()) {
            found.add(atStop("scheduling.automaticRestart", "true", "false"));
        }
        return is.equals(wanted) ? Optional.empty() : Optional.of(maxRun);
    }

    private static Difference atStop(String field, String is, String wanted) {
        return new Difference(field, is, wanted, Needs.STOP);
    }

    /** Whether the machine is as it should be. */
    public boolean isNone() {
        return differences.isEmpty();
    }

    /** The fields that only another machine can follow. */
    public List<Difference> replacing() {
        return differences.stream()
                .filter(difference -> difference.needs() == Needs.REPLACEMENT)
                .toList();
    }

    /** Names exactly this replacement of exactly this machine, so that nobody confirms another one. */
    public String hash(Machine machine) {
        String what = machine.id() + " " + machine.cloudId().orElse("") + " " + replacing();
        return Names.sha256(what).substring(0, 12);
    }

    /** Whether the machine is given up for another one at its next wake: it has to be, and somebody said that it may be. */
    public boolean mayReplace(Machine machine, MachineSpec spec, PlanState state) {
        return !replacing().isEmpty()
                && (spec.policies().mayReplace() || state.replacementConfirmed().equals(Optional.of(hash(machine))));
    }
}
