// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Disk;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.StandingPrices;
import dev.privatellm.machine.cost.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What would be done for a specification, and what it would cost, from what stands: the decisions of a wake, told before they are made. Pure.
 *
 * @param steps in the order in which they would be made; what stays as it is, too
 * @param hourly what the machine costs while it runs
 * @param monthly what is paid whether it runs or not
 * @param confirm name of the replacement that nobody has allowed; empty if none is needed
 */
public record Preview(List<Step> steps, Price hourly, Price monthly, Optional<String> confirm) {

    /** What would happen to one thing. */
    public enum Verb {
        CREATE,
        CHANGE,
        /** Another one is made, and this one removed with what is on it. */
        REPLACE,
        DELETE,
        STAYS,
        /** It belongs to somebody else, so that nothing would be made. */
        REFUSED
    }

    /**
     * What would happen to one thing.
     *
     * @param why what it follows from, or what is lost; empty text if there is nothing to say
     */
    public record Step(Verb verb, String what, String why) {}

    /** In USD, as it is and as it would be; empty if any part of it is unknown. */
    public record Price(Optional<BigDecimal> before, Optional<BigDecimal> after) {
        private static Price of(Money before, Money after) {
            return new Price(before.usd(), after.usd());
        }
    }

    public Preview {
        steps = List.copyOf(steps);
    }

    /** Whether everything is as it should be. */
    public boolean isNothing() {
        return steps.stream().allMatch(step -> step.verb() == Verb.STAYS);
    }

    /** What has to be looked for: what a machine stands on where it is, or would be made. */
    public static List<Part> parts(MachineSpec spec, PlanState state) {
        Optional<Machine> machine =
                state.machine().filter(known -> !change(known, spec, state).mayReplace(known, spec, state));
        String region = machine.map(Machine::offering)
                .orElseGet(() -> spec.offerings().getFirst())
                .zone()
                .region();
        List<Part> parts = new ArrayList<>(List.of(Parts.apis(spec)));
        if (machine.isEmpty()) {
            Parts.network(spec).ifPresent(network -> {
                parts.add(network);
                parts.add(Parts.subnet(spec, region, spec.foundation().subnetCidr()));
            });
        }
        parts.addAll(Parts.ofSecret(spec));
        parts.add(new Part.OwnSecret(spec.names().secret(), spec.uid()));
        parts.addAll(Parts.ofArchive(spec, region));
        Parts.access(spec, state).ifPresent(parts::add);
        return parts;
    }

    /** The record with the machine that was seen on it, if it knows none or knows it otherwise. */
    public static PlanState seeing(PlanState state, MachineSpec spec, Optional<Instance> machine, Instant now) {
        return machine.filter(spec::owns)
                .map(found -> {
                    PlanState known = state.machine().isPresent()
                            ? state
                            : LeftoversPlan.onRecord(state, found, spec.guest().port(), now);
                    return known.withMachine(known.machine().map(there -> there.seen(found, spec, spec.diskGb(known))));
                })
                .orElseGet(() -> state.withMachine(Optional.empty()));
    }

    /**
     * The preview.
     *
     * @param state as {@link #seeing} made it
     * @param standing of each of the {@link #parts}
     * @param machine as the cloud shows it; empty if there is none
     * @param prices of an hour
     */
    public static Preview of(
            MachineSpec spec,
            PlanState state,
            Map<PartId, Standing> standing,
            Optional<Instance> machine,
            Prices prices) {
        List<Step> steps = new ArrayList<>();
        standing.forEach((id, found) -> steps.add(part(id, found)));
        Offering first = spec.offerings().getFirst();
        int diskGb = spec.diskGb(state);
        Optional<InstanceId> theirs = spec.foundation().machine();
        if (state.machine().isEmpty()
                && machine.map(Instance::id)
                        .filter(id -> theirs.equals(Optional.of(id)))
                        .isPresent()) {
            return takeover(prices, spec, standing, steps, machine.get());
        }
        theirs.filter(id -> state.machine().filter(own -> !own.id().equals(id)).isPresent())
                .ifPresent(id -> steps.add(new Step(
                        Verb.STAYS,
                        "machine " + id,
                        "spec.adopt: not taken over, as there is a machine of ours already")));
        if (machine.isEmpty() || state.machine().isEmpty()) {
            steps.add(new Step(Verb.CREATE, newMachine(first, diskGb) + openSize(spec, state), alternatives(spec)));
            return priced(
                    prices, spec, standing, steps, Optional.empty(), Optional.of(first), 0, diskGb, Optional.empty());
        }
        Machine known = state.machine().get();
        MachineChange change = change(known, spec, state);
        int beforeGb = known.made().map(Made::diskGb).orElse(diskGb);
        String name = "machine " + known.id();
        String lost = "its disk of %d GB goes, with the models on it".formatted(beforeGb);
        boolean isReplaced = change.mayReplace(known, spec, state);
        Optional<String> confirm = Optional.empty();
        if (!change.replacing().isEmpty()) {
            String why = "%s; %s".formatted(differences(change.replacing()), lost);
            confirm = isReplaced ? Optional.empty() : Optional.of(change.hash(known));
            steps.add(new Step(Verb.REPLACE, name, isReplaced ? why + ", once the new one serves" : why));
        }
        if (isReplaced) {
            steps.add(new Step(Verb.CREATE, newMachine(first, diskGb), alternatives(spec)));
            return priced(
                    prices,
                    spec,
                    standing,
                    steps,
                    Optional.of(known.offering()),
                    Optional.of(first),
                    beforeGb,
                    diskGb,
                    confirm);
        }
        change.differences().stream()
                .filter(difference -> difference.needs() == MachineChange.Needs.STOP)
                .forEach(difference -> steps.add(new Step(Verb.CHANGE, name, difference + "; at its next wake")));
        told(spec, machine.get(), name).forEach(steps::add);
        if (steps.stream().noneMatch(step -> step.what().equals(name))) {
            steps.add(new Step(Verb.STAYS, name, ""));
        }
        Offering after = change.machineType()
                .map(type -> new Offering(
                        known.offering().provisioning(), type, known.offering().zone()))
                .orElse(known.offering());
        return priced(
                prices,
                spec,
                standing,
                steps,
                Optional.of(known.offering()),
                Optional.of(after),
                beforeGb,
                change.diskGb().orElse(beforeGb),
                confirm);
    }

    /** A machine of the user's that stands, and that no wake has made ours yet. */
    private static Preview takeover(
            Prices prices, MachineSpec spec, Map<PartId, Standing> standing, List<Step> steps, Instance machine) {
        Offering home = new Offering(
                machine.provisioning(), machine.machineType(), machine.id().zone());
        String name = "machine " + machine.id();
        String owner = machine.labels().getOrDefault(MachineSpec.OWNER_LABEL, "");
        steps.add(
                owner.isEmpty()
                        ? AdoptionPlan.doubt(spec, machine)
                                .map(doubt -> new Step(Verb.REFUSED, name, doubt))
                                .orElseGet(() -> new Step(
                                        Verb.CHANGE,
                                        name,
                                        "taken over with its disk: it is stopped, and its network tags %s are replaced"
                                                .formatted(new TreeSet<>(machine.tags()))))
                        : new Step(Verb.REFUSED, name, "belongs to " + owner));
        int diskGb = machine.disk().map(Disk::sizeGb).orElse(0);
        return priced(
                prices, spec, standing, steps, Optional.of(home), Optional.of(home), diskGb, diskGb, Optional.empty());
    }

    private static MachineChange change(Machine machine, MachineSpec spec, PlanState state) {
        return MachineChange.of(machine, spec, state, false);
    }

    private static Step part(PartId id, Standing standing) {
        String what = id.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + id.name();
        return switch (standing) {
            case Standing.Ours _ -> new Step(Verb.STAYS, what, "");
            case Standing.Absent _ -> new Step(Verb.CREATE, what, "");
            case Standing.Foreign(String owner) -> new Step(Verb.REFUSED, what, "belongs to " + owner);
        };
    }

    private static String newMachine(Offering offering, int diskGb) {
        return "machine %s in %s (%s) with a disk of %d GB"
                .formatted(
                        offering.machineType(),
                        offering.zone(),
                        offering.provisioning() == ProvisioningModel.SPOT ? "Spot" : "Standard",
                        diskGb);
    }

    /** Nothing is asked of the registry for a preview. */
    private static String openSize(MachineSpec spec, PlanState state) {
        return spec.diskSizeGb().isEmpty() && state.modelDiskGb().isEmpty() ? ", or as large as the models need" : "";
    }

    private static String alternatives(MachineSpec spec) {
        int others = spec.offerings().size() - 1;
        return others == 0 ? "" : "or the next of %d more that the document allows".formatted(others);
    }

    private static String differences(List<MachineChange.Difference> differences) {
        return differences.stream().map(MachineChange.Difference::toString).collect(Collectors.joining(", "));
    }

    /** What it would be told otherwise than it was. */
    private static List<Step> told(MachineSpec spec, Instance machine, String name) {
        String before = machine.metadata().get(GuestConfig.ATTRIBUTE);
        if (before == null) {
            return List.of();
        }
        List<Step> steps = new ArrayList<>();
        if (!spec.guest().takenOver(before).equals(before)) {
            steps.add(new Step(
                    Verb.CHANGE,
                    name,
                    "spec.model: %s; at once if it serves"
                            .formatted(spec.guest().model())));
        }
        if (!before.contains(spec.guest().configHash(spec.uid()))) {
            steps.add(new Step(Verb.CHANGE, name, "what it installs, and its settings; at its next wake"));
        }
        return steps;
    }

    private static Preview priced(
            Prices prices,
            MachineSpec spec,
            Map<PartId, Standing> standing,
            List<Step> steps,
            Optional<Offering> before,
            Optional<Offering> after,
            int beforeGb,
            int afterGb,
            Optional<String> confirm) {
        boolean hasSecret = stands(standing, PartId.Kind.SECRET);
        boolean hasKey = stands(standing, PartId.Kind.KEY);
        return new Preview(
                steps,
                Price.of(hourly(before, prices), hourly(after, prices)),
                Price.of(
                        monthly(spec, before, beforeGb, hasSecret, hasKey),
                        monthly(
                                spec,
                                after,
                                afterGb,
                                true,
                                hasKey || spec.foundation().hasKey())),
                confirm);
    }

    private static boolean stands(Map<PartId, Standing> standing, PartId.Kind kind) {
        return standing.entrySet().stream()
                .anyMatch(entry -> entry.getKey().kind() == kind && entry.getValue() instanceof Standing.Ours);
    }

    private static Money hourly(Optional<Offering> offering, Prices prices) {
        return offering.map(known -> Money.NOTHING.plus(prices.of(known).usdPerHour()))
                .orElse(Money.NOTHING);
    }

    private static Money monthly(
            MachineSpec spec, Optional<Offering> offering, int diskGb, boolean hasSecret, boolean hasKey) {
        Money disk = offering.map(known -> Money.NOTHING.plus(StandingPrices.disk(known.machineType(), diskGb)))
                .orElse(Money.NOTHING);
        Money secret =
                hasSecret ? disk.plus(Optional.of(StandingPrices.secretVersions(spec.secretVersionsToKeep()))) : disk;
        return hasKey ? secret.plus(Optional.of(StandingPrices.hsmKeyVersion())) : secret;
    }
}
