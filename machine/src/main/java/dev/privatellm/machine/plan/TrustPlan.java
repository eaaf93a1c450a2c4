// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.pki.Succession;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Certificates apart from a wake: renewed in place while the machine serves, and cleared away behind it. Superfluous versions go before the next one comes,
 * so that no more exist than the specification allows.
 */
final class TrustPlan {
    private static final Duration RENEWAL_PERIOD = Duration.ofHours(1);

    /**
     * How long everybody who calls the machine has known what it is about to present before it is told to: a link is written down at once when its pins change, and has to be read. A
     * gateway that learned of the new leaf from the machine would refuse it, and the call with it.
     */
    static final Duration NOTICE = Duration.ofSeconds(3);

    private TrustPlan() {}

    static Optional<Plan> plan(Turn turn) {
        return switch (turn.state().power()) {
            case MachineState.Absent _, MachineState.Stopped _, MachineState.Preempted _, MachineState.Failed _ ->
                AuthorityPlan.asleep(turn).or(() -> rotationAsleep(turn)).or(() -> sweep(turn));
            case MachineState.Creating _, MachineState.Starting _ -> roomForTheLeaf(turn);
            case MachineState.Booting booting ->
                unlessIdle(SigningPlan.booting(turn, booting), () -> roomForTheLeaf(turn));
            case MachineState.Serving _ -> unlessIdle(renewal(turn), () -> sweep(turn));
            case MachineState.Warming _,
                    MachineState.Draining _,
                    MachineState.Stopping _,
                    MachineState.Suspended _,
                    MachineState.Deleting _,
                    MachineState.Unknown _ -> Optional.empty();
        };
    }

    /** Every wake has certificates of its own: what was made ahead for the next one goes, and nothing else has to be done. */
    private static Optional<Plan> rotationAsleep(Turn turn) {
        Trust trust = turn.state().trust();
        return trust.rotationDue().isPresent()
                        && turn.state().activity().wakeStarted().isEmpty()
                ? Turn.note(turn.state().with(trust.dropPrepared().rotated()), "NothingToRotate")
                : Optional.empty();
    }

    private static Optional<Plan> unlessIdle(Optional<Plan> plan, Supplier<Optional<Plan>> meanwhile) {
        return plan.isPresent() && !(plan.get() instanceof Plan.Wait)
                ? plan
                : meanwhile.get().or(() -> plan);
    }

    /** The bundle with the leaf of a machine that makes its own key comes while nobody should have to wait: what must go before it goes while it boots. */
    private static Optional<Plan> roomForTheLeaf(Turn turn) {
        return turn.state().trust().prepared().filter(Certificates::isAwaited).flatMap(_ -> sweep(turn));
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
        if (trust.inUse().isEmpty()) {
            return Optional.empty();
        }
        Certificates inUse = trust.inUse().get();
        Optional<Plan> authority = AuthorityPlan.serving(turn);
        if (authority.isPresent()) {
            return authority;
        }
        if (trust.prepared().isPresent()) {
            return replace(turn, inUse, trust.prepared().get());
        }
        if (trust.isDistrusted()) {
            return issue(turn, inUse);
        }
        Optional<Plan> look = SigningPlan.lookForLoss(turn, inUse);
        if (look.isPresent()) {
            return look;
        }
        if (Guests.health(turn).isEmpty() && SigningPlan.isLost(turn, inUse)) {
            return issue(turn, inUse);
        }
        if (trust.rotationDue().isPresent() || AuthorityPlan.succession(trust) != Succession.NONE) {
            return issue(turn, inUse);
        }
        if (turn.isDue(turn.seen().renewal(), RENEWAL_PERIOD)) {
            return Turn.ask(new Question.Renewal(inUse.generation()));
        }
        boolean isDue = turn.seen().renewal()
                        instanceof
                        Look.Seen<Optional<RenewalPolicy.Renewal>>(Optional<RenewalPolicy.Renewal> renewal, Instant _)
                && renewal.isPresent();
        return isDue ? issue(turn, inUse) : turn.waitFor(RENEWAL_PERIOD, "CertificatesHold");
    }

    private static Optional<Plan> issue(Turn turn, Certificates inUse) {
        Trust trust = turn.state().trust();
        return turn.act(new Effect.IssueCertificates(
                trust.lastGeneration() + 1,
                turn.names().serverName(),
                turn.spec().serverKey(),
                trust.isDistrusted() ? 0 : inUse.generation(),
                trust.oldestNeeded(),
                AuthorityPlan.succession(trust)));
    }

    /** Asked for by the machine if it makes its own key, uploaded, made known to gateways, named to the machine, loaded by it, and only then used by us. */
    private static Optional<Plan> replace(Turn turn, Certificates inUse, Certificates next) {
        if (next.isAwaited()) {
            return SigningPlan.renewing(turn, inUse, next);
        }
        if (next.secretVersion().isEmpty()) {
            return upload(turn, next);
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
        Instant known = next.uploadedAt().map(at -> at.plus(NOTICE)).orElse(turn.now());
        if (turn.now().isBefore(known) && !turn.state().trust().isDistrusted()) {
            return Turn.waitUntil(known, "GatewaysLearnThePin");
        }
        String version = next.secretVersion().get();
        return MachinePlan.withInstance(
                turn,
                Duration.ofSeconds(30),
                found -> name(turn, found, next, version)
                        .or(() -> SigningPlan.lost(turn, next, found))
                        .or(() -> nudge(turn, version, next.generation())));
    }

    /** Uploads the bundle of a generation as it is now, once there is room for it. */
    static Optional<Plan> upload(Turn turn, Certificates next) {
        Optional<Intent> pending = turn.state().pending(EffectKind.UPLOAD_BUNDLE);
        if (pending.isPresent()) {
            return turn.waitFor(turn.pollPeriod(pending.get().startedAt()), "UploadPending");
        }
        Optional<Plan> room = sweep(turn);
        return room.isPresent()
                ? room
                : turn.act(new Effect.UploadBundle(
                        turn.facts().freshId(), turn.names().secret(), next.generation()));
    }

    /** What a machine is told so that it comes to these certificates, reading this version of its bundle. */
    static GuestConfig.Identity identity(Turn turn, Certificates certificates, String version) {
        return new GuestConfig.Identity(
                version,
                certificates.request().map(Certificates.Request::nonce),
                turn.spec().keyAlgorithm());
    }

    /** Tells a machine that runs which version to read and what to ask with; empty if it was told. */
    static Optional<Plan> name(Turn turn, Instance found, Certificates next, String version) {
        String told = found.metadata().get(GuestConfig.ATTRIBUTE);
        String wanted = turn.spec().guest().takenOver(turn.spec().uid(), told, identity(turn, next, version));
        return wanted.equals(told) ? Optional.empty() : turn.act(WakePlan.setMetadata(turn, found, wanted));
    }

    private static Optional<Plan> nudge(Turn turn, String version, long generation) {
        return turn.state().trust().told() == generation || turn.state().trust().isDistrusted()
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

    /** Whether no machine will read the bundle of the last boot again, because the next one has its own: it will need the room for its leaf. */
    private static boolean isSucceeded(Turn turn) {
        MachineState power = turn.state().power();
        return (power.isWaking() || Planner.isAsleep(power))
                && turn.state()
                        .trust()
                        .prepared()
                        .filter(next -> next.request().isPresent())
                        .isPresent();
    }

    private static Optional<SecretVersion> superfluous(Turn turn, List<SecretVersion> all) {
        Set<String> needed = new HashSet<>();
        turn.state().trust().prepared().flatMap(Certificates::secretVersion).ifPresent(needed::add);
        if (!isSucceeded(turn)) {
            turn.state().trust().inUse().flatMap(Certificates::secretVersion).ifPresent(needed::add);
        }
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
