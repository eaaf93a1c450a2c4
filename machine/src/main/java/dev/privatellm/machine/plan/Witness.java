// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cloud.StandingPrices;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps account of what happens: compares the record before a change with the one after it and completes the latter by what the change means for the wake under
 * way and for what stands in the cloud. Pure, and beside every decision: nothing is decided by what it writes but money and forecasts.
 */
public final class Witness {
    /** Keys are rotated every 90 days, and their old versions stay. */
    static final Duration KEY_ROTATION = Duration.ofDays(90);

    private Witness() {}

    /** The record after a change, with the evidence of that change; a run that began with it has the price of this moment for good. */
    public static PlanState follow(PlanState before, PlanState after, MachineSpec spec, Prices prices, Instant now) {
        return after.equals(before) ? after : holdings(wake(before, priced(before, after, prices), now), spec, now);
    }

    private static PlanState priced(PlanState before, PlanState after, Prices prices) {
        return after.withRuns(after.runs().stream()
                .map(run -> before.runs().stream().anyMatch(old -> old.id() == run.id())
                        ? run
                        : run.priced(prices.of(run.offering())))
                .toList());
    }

    private static PlanState wake(PlanState before, PlanState after, Instant now) {
        Optional<Wake> known = after.wake().filter(wake -> wake.servedAt().isEmpty());
        if (known.isEmpty()) {
            return after;
        }
        Wake wake = known.get()
                .called(after.operations().stream()
                        .filter(intent -> before.operations().stream()
                                .noneMatch(old -> old.id().equals(intent.id())))
                        .map(intent -> new Wake.Call(
                                intent.kind(), intent.target(), intent.id().toString(), intent.startedAt()))
                        .toList())
                .refused(after.blocks().stream()
                        .filter(block -> !before.blocks().contains(block))
                        .toList())
                .leadingTo(after.currentRun().map(Run::id));
        if (!(after.power() instanceof MachineState.Serving)) {
            return after.with(wake.reaching(stage(after.power()), now));
        }
        Wake served = wake.serving(now);
        return before.power() instanceof MachineState.Warming warming
                ? after.with(served).with(after.boots().witnessed(warming.firstBoot(), served.stages()))
                : after.with(served);
    }

    private static String stage(MachineState power) {
        return switch (power) {
            case MachineState.Absent _,
                    MachineState.Stopped _,
                    MachineState.Preempted _,
                    MachineState.Suspended _,
                    MachineState.Failed _ -> Wake.PREPARING;
            case MachineState.Creating _ -> "creating";
            case MachineState.Starting _ -> "starting";
            case MachineState.Booting _ -> "booting";
            case MachineState.Warming warming -> warming.stage();
            case MachineState.Serving _ -> "ready";
            case MachineState.Draining _, MachineState.Stopping _, MachineState.Deleting _ -> "stopping";
            case MachineState.Unknown unknown -> stage(unknown.last());
        };
    }

    private static PlanState holdings(PlanState state, MachineSpec spec, Instant now) {
        Map<String, Holding> standing = standing(state, spec, now);
        List<Holding> next = new ArrayList<>();
        for (Holding held : state.holdings()) {
            boolean isAsItWas = held.until().isPresent() || standing.remove(key(held)) != null;
            next.add(isAsItWas ? held : held.ended(now));
        }
        next.addAll(standing.values());
        return state.withHoldings(next);
    }

    private static Map<String, Holding> standing(PlanState state, MachineSpec spec, Instant now) {
        Map<String, Holding> standing = new LinkedHashMap<>();
        boolean isMade = !(state.power() instanceof MachineState.Creating);
        state.machine().filter(_ -> isMade).ifPresent(machine -> put(standing, disk(machine, spec, state, now)));
        state.predecessor().ifPresent(machine -> put(standing, disk(machine, spec, state, now)));
        for (PartRecord part : state.parts()) {
            if (part.isSeen() && part.id().kind() == PartId.Kind.SECRET) {
                put(standing, secret(part, spec, now));
            } else if (part.isSeen() && part.id().kind() == PartId.Kind.KEY) {
                put(standing, masterKey(part, now));
            }
        }
        return standing;
    }

    private static Holding disk(Machine machine, MachineSpec spec, PlanState state, Instant now) {
        int sizeGb = machine.made().map(Made::diskGb).orElseGet(() -> spec.diskGb(state));
        return new Holding(
                Holding.Kind.DISK,
                machine.id().toString(),
                StandingPrices.disk(machine.offering().machineType(), sizeGb),
                0,
                now,
                Optional.empty());
    }

    private static Holding secret(PartRecord part, MachineSpec spec, Instant now) {
        return new Holding(
                Holding.Kind.SECRET,
                part.id().name(),
                Optional.of(StandingPrices.secretVersions(spec.secretVersionsToKeep())),
                0,
                now,
                Optional.empty());
    }

    private static Holding masterKey(PartRecord part, Instant now) {
        return new Holding(
                Holding.Kind.KEY,
                part.id().name(),
                Optional.of(StandingPrices.hsmKeyVersion()),
                KEY_ROTATION.toSeconds(),
                now,
                Optional.empty());
    }

    private static void put(Map<String, Holding> standing, Holding holding) {
        standing.put(key(holding), holding);
    }

    private static String key(Holding holding) {
        return holding.kind() + " " + holding.name();
    }
}
