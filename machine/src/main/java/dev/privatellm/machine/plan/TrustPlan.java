// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Certificates apart from a wake: renewed in place while the machine serves, and cleared away behind it. Superfluous versions go before the next one comes,
 * so that no more exist than the specification allows.
 */
final class TrustPlan {
    private static final Duration RENEWAL_PERIOD = Duration.ofHours(1);

    private TrustPlan() {}

    static Optional<Plan> plan(Turn turn) {
        return switch (turn.state().power()) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Preempted _, MachineState.Failed _ ->
                sweep(turn);
            case MachineState.Serving _ -> {
                Optional<Plan> renewal = renewal(turn);
                yield renewal.isPresent() && !(renewal.get() instanceof Plan.Wait)
                        ? renewal
                        : sweep(turn).or(() -> renewal);
            }
            case MachineState.Creating _,
                    MachineState.Starting _,
                    MachineState.Booting _,
                    MachineState.Warming _,
                    MachineState.Draining _,
                    MachineState.Stopping _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Unknown _ -> Optional.empty();
        };
    }

    /** On record before it is made: whoever removes must know of it even if nobody learns that it was. */
    static Optional<Plan> ensure(Turn turn) {
        PartId id = new PartId(PartId.Kind.SECRET, turn.names().secret());
        if (turn.state().part(id).isEmpty()) {
            return Turn.note(turn.state().with(new PartRecord(id, false, turn.now())), "SecretIntended");
        }
        return turn.act(
                new Effect.EnsureSecret(turn.names().secret(), turn.spec().labels(), Parts.key(turn.spec())));
    }

    private static Optional<Plan> renewal(Turn turn) {
        Trust trust = turn.state().trust();
        if (trust.prepared().isPresent()) {
            return replace(turn, trust.prepared().get());
        }
        if (trust.inUse().isEmpty()) {
            return Optional.empty();
        }
        long generation = trust.inUse().get().generation();
        if (turn.isDue(turn.seen().renewal(), RENEWAL_PERIOD)) {
            return Turn.ask(new Question.Renewal(generation));
        }
        boolean isDue = turn.seen().renewal()
                        instanceof
                        Look.Seen<Optional<RenewalPolicy.Renewal>>(Optional<RenewalPolicy.Renewal> renewal, Instant _)
                && renewal.isPresent();
        return isDue
                ? turn.act(new Effect.IssueCertificates(
                        trust.lastGeneration() + 1, turn.names().serverName(), generation, trust.oldestNeeded()))
                : turn.waitFor(RENEWAL_PERIOD, "CertificatesHold");
    }

    /** Uploaded, named to the machine, loaded by it, and only then used by us. */
    private static Optional<Plan> replace(Turn turn, Certificates next) {
        if (next.secretVersion().isEmpty()) {
            if (turn.state().pending(EffectKind.UPLOAD_BUNDLE).isPresent()) {
                return Optional.empty();
            }
            Optional<Plan> room = sweep(turn);
            return room.isPresent()
                    ? room
                    : turn.act(new Effect.UploadBundle(
                            turn.facts().freshId(), turn.names().secret(), next.generation()));
        }
        boolean isLoaded = Guests.health(turn)
                .filter(health -> health.generation() == next.generation())
                .isPresent();
        if (isLoaded) {
            return turn.act(new Effect.ActivateLink(next.generation()));
        }
        if (turn.state().pending(EffectKind.SET_METADATA).isPresent()) {
            return Optional.empty();
        }
        return MachinePlan.withInstance(
                turn,
                Duration.ofSeconds(30),
                found -> named(turn, found, next.secretVersion().get(), next.generation()));
    }

    private static Optional<Plan> named(Turn turn, Instance found, String version, long generation) {
        String wanted = turn.spec()
                .guest()
                .takenOver(turn.spec().uid(), found.metadata().get(GuestConfig.ATTRIBUTE), version);
        if (!wanted.equals(found.metadata().get(GuestConfig.ATTRIBUTE))) {
            return turn.act(WakePlan.setMetadata(turn, found, wanted));
        }
        return turn.state().trust().told() == generation
                ? turn.waitFor(Duration.ofSeconds(30), "MachineLoadsCertificates")
                : Guests.address(turn.state(), turn.names())
                        .flatMap(guest -> turn.act(new Effect.LoadBundle(guest, version, generation)));
    }

    /** Destroys what nobody needs, one version per step; what the machine uses now or will use next is never touched. */
    static Optional<Plan> sweep(Turn turn) {
        Trust trust = turn.state().trust();
        if (trust.swept()
                || !trust.secretEnsured()
                || turn.state().pending(EffectKind.UPLOAD_BUNDLE).isPresent()) {
            return Optional.empty();
        }
        if (turn.isDue(turn.seen().versions(), Duration.ZERO)) {
            return Turn.ask(new Question.Versions(turn.names().secret()));
        }
        return switch (turn.seen().versions()) {
            case Look.Never<List<SecretVersion>> _ -> Optional.empty();
            case Look.Failed<List<SecretVersion>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<List<SecretVersion>>(List<SecretVersion> all, Instant _) ->
                superfluous(turn, all)
                        .map(version -> turn.act(new Effect.DestroyVersion(version)))
                        .orElseGet(() -> Turn.note(turn.state().with(trust.sweptClean()), "VersionsSwept"));
        };
    }

    private static Optional<SecretVersion> superfluous(Turn turn, List<SecretVersion> all) {
        Set<String> needed = new HashSet<>();
        turn.state().trust().prepared().flatMap(Certificates::secretVersion).ifPresent(needed::add);
        turn.state().trust().inUse().flatMap(Certificates::secretVersion).ifPresent(needed::add);
        List<SecretVersion> standing = all.stream()
                .filter(version -> version.state() != SecretVersion.State.DESTROYED)
                .sorted(Comparator.comparingLong(SecretVersion::number).reversed())
                .toList();
        int allowed = Math.max(1, turn.spec().secretVersionsToKeep() - 1);
        List<SecretVersion> dispensable = standing.stream()
                .filter(version -> !needed.contains(version.name()))
                .toList();
        return standing.size() > allowed && !dispensable.isEmpty()
                ? Optional.of(dispensable.getLast())
                : Optional.empty();
    }
}
