// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Inventory;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.sweep.Claims;
import dev.privatellm.machine.sweep.Finding;
import dev.privatellm.machine.sweep.SweepPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Tidies a project up when a person asks for it. Nothing is removed that was not found twice: once for the person to see, and once more just before it goes,
 * against records that are read anew. What fails keeps nothing else from being tried; what could not be seen or removed is told at the end.
 */
public final class Cleanup {
    /** How long the cloud may take for one kind of thing; machines take a minute or two. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Set<Asset.Kind> SIGNS_OF_LIFE = EnumSet.of(Asset.Kind.MACHINE, Asset.Kind.RULE);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Inventory inventory;
    private final Supplier<Claims> claims;
    private final Function<Claims, SweepPolicy> policy;
    private final InstantSource clock;
    private final Consumer<Duration> pause;

    /**
     * Does nothing yet.
     *
     * @param claims reads the records
     * @param policy what may go, given what the records claim
     * @param pause returns after this time
     */
    public Cleanup(
            Inventory inventory,
            Supplier<Claims> claims,
            Function<Claims, SweepPolicy> policy,
            InstantSource clock,
            Consumer<Duration> pause) {
        this.inventory = inventory;
        this.claims = claims;
        this.policy = policy;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * What was found, by kind in the order of removal.
     *
     * @param unseen kinds that could not be listed, and why
     */
    public record Survey(Instant at, List<Finding> findings, Map<Asset.Kind, CloudFailure> unseen) {

        /** What may go. */
        public List<Finding> removable() {
            return findings.stream().filter(Finding::isRemovable).toList();
        }
    }

    /**
     * What became of everything that was to go.
     *
     * @param removed what is gone, as the cloud says
     * @param kept what the second look forbade, and why
     * @param failed what the cloud did not do, and why
     */
    public record Outcome(List<Asset> removed, Map<Asset, String> kept, Map<Asset, CloudFailure> failed) {}

    /** Looks at everything of ours; what cannot be listed is told, and is no reason not to look at the rest. */
    public Survey look() {
        Map<Asset.Kind, List<Asset>> found = new EnumMap<>(Asset.Kind.class);
        Map<Asset.Kind, CloudFailure> unseen = new EnumMap<>(Asset.Kind.class);
        for (Asset.Kind kind : Asset.Kind.values()) {
            try {
                found.put(kind, inventory.list(kind));
            } catch (CloudFailure.ApiDisabled nothingThere) {
                found.put(kind, List.of());
            } catch (CloudFailure failure) {
                unseen.put(kind, failure);
            }
        }
        Instant now = clock.instant();
        return new Survey(now, judge(flat(found), unseen.isEmpty(), now), unseen);
    }

    private List<Finding> judge(List<Asset> all, boolean isComplete, Instant now) {
        return policy.apply(claims.get()).judge(all, isComplete, now);
    }

    private static List<Asset> flat(Map<Asset.Kind, List<Asset>> found) {
        return found.values().stream().flatMap(List::stream).toList();
    }

    /** Removes what a survey found removable and what another look finds so still. Waits until the cloud says that it is gone. */
    public Outcome remove(Survey survey) {
        Outcome outcome = new Outcome(new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        for (Asset.Kind kind : Asset.Kind.values()) {
            List<Asset> wanted = survey.removable().stream()
                    .map(Finding::asset)
                    .filter(asset -> asset.kind() == kind)
                    .toList();
            if (!wanted.isEmpty()) {
                remove(kind, wanted, survey, outcome);
            }
        }
        return outcome;
    }

    private void remove(Asset.Kind kind, List<Asset> wanted, Survey survey, Outcome outcome) {
        List<Asset> again;
        List<Asset> signsOfLife;
        try {
            again = inventory.list(kind);
            signsOfLife = signsOfLife(kind, outcome);
        } catch (CloudFailure failure) {
            wanted.forEach(asset -> outcome.failed().put(asset, failure));
            return;
        }
        Stream<Asset> others = survey.findings().stream()
                .map(Finding::asset)
                .filter(asset -> asset.kind() != kind && !SIGNS_OF_LIFE.contains(asset.kind()));
        List<Finding> second = judge(
                Stream.of(others, signsOfLife.stream(), again.stream())
                        .flatMap(each -> each)
                        .toList(),
                survey.unseen().isEmpty(),
                clock.instant());
        Map<Asset, OperationId> underWay = new LinkedHashMap<>();
        for (Asset asset : wanted) {
            Optional<Finding> still = second.stream()
                    .filter(finding -> finding.asset().isStill(asset))
                    .findFirst();
            if (still.isEmpty()) {
                outcome.removed().add(asset);
            } else if (!still.get().isRemovable()) {
                outcome.kept().put(asset, still.get().why());
            } else {
                begin(asset, underWay, outcome);
            }
        }
        underWay.forEach((asset, operation) -> await(asset, operation, outcome));
    }

    /**
     * What says that an installation lives is looked at again before anything goes: it may have been woken since. What is gone may go on being listed for a
     * while.
     */
    private List<Asset> signsOfLife(Asset.Kind kind, Outcome outcome) {
        return SIGNS_OF_LIFE.stream()
                .filter(other -> other != kind)
                .flatMap(other -> inventory.list(other).stream())
                .filter(asset -> outcome.removed().stream().noneMatch(asset::isStill))
                .toList();
    }

    private void begin(Asset asset, Map<Asset, OperationId> underWay, Outcome outcome) {
        Instant end = clock.instant().plus(PATIENCE);
        RequestId id = new RequestId(UUID.randomUUID());
        while (true) {
            try {
                inventory
                        .remove(asset, id)
                        .ifPresentOrElse(
                                operation -> underWay.put(asset, operation),
                                () -> outcome.removed().add(asset));
                return;
            } catch (CloudFailure.NotFound goneAlready) {
                outcome.removed().add(asset);
                return;
            } catch (CloudFailure failure) {
                boolean mayHelpToWait =
                        failure instanceof CloudFailure.NotReady || failure instanceof CloudFailure.Unavailable;
                if (!mayHelpToWait || !clock.instant().isBefore(end)) {
                    outcome.failed().put(asset, failure);
                    return;
                }
                pause.accept(PAUSE);
            }
        }
    }

    private void await(Asset asset, OperationId first, Outcome outcome) {
        Instant end = clock.instant().plus(PATIENCE);
        OperationId operation = first;
        while (true) {
            try {
                switch (inventory.operation(operation)) {
                    case OperationStatus.Done _ -> {
                        outcome.removed().add(asset);
                        return;
                    }
                    case OperationStatus.Forgotten _ -> {
                        // Nobody knows how it ended. Whoever removes again is told whether there is anything left to
                        // remove.
                        Optional<OperationId> again = inventory.remove(asset, new RequestId(UUID.randomUUID()));
                        if (again.isEmpty()) {
                            outcome.removed().add(asset);
                            return;
                        }
                        operation = again.get();
                    }
                    case OperationStatus.Failed(CloudFailure failure) -> {
                        outcome.failed().put(asset, failure);
                        return;
                    }
                    case OperationStatus.Running _ -> {}
                }
                if (!clock.instant().isBefore(end)) {
                    outcome.failed().put(asset, late(asset));
                    return;
                }
            } catch (CloudFailure.NotFound gone) {
                outcome.removed().add(asset);
                return;
            } catch (CloudFailure failure) {
                if (!clock.instant().isBefore(end)) {
                    outcome.failed().put(asset, failure);
                    return;
                }
            }
            pause.accept(PAUSE);
        }
    }

    private static CloudFailure late(Asset asset) {
        String message = "%s is not gone after %d minutes".formatted(asset.name(), PATIENCE.toMinutes());
        return new CloudFailure.Unavailable(
                "OPERATION_OVERDUE", message, Optional.empty(), new IllegalStateException(message));
    }
}
