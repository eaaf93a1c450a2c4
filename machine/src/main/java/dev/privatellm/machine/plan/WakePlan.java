// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Placement;
import dev.privatellm.machine.cloud.PlacementPolicy;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.pki.ServerKey;
import dev.privatellm.machine.pki.Succession;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * From asleep to the moment when the cloud is asked for a machine: certificates that pass every renewal check, their bundle uploaded, and a place. Before
 * anything is made, every zone is looked at for a machine of ours, because the same name may exist in two of them and two are two bills. A machine that no
 * firewall rule would admit us to is not given power either.
 */
final class WakePlan {
    /** Reasons that say more than that there is nothing to be had, if they are the only ones. */
    private static final Set<String> NOT_FOR_WANT_OF_CAPACITY =
            Set.of("QuotaExceeded", "InvalidSpec", "ModelTooLarge", "ZoneUnavailable");

    private WakePlan() {}

    static Optional<Plan> plan(Turn turn) {
        PlanState state = turn.state();
        if (state.activity().wakeStarted().isEmpty()) {
            return Turn.note(state.asked(turn.powerDecision().reason(), turn.now()), "Waking");
        }
        if (isOver(turn)) {
            return Turn.note(state.with(state.activity().wakeOver()), "WakeOver");
        }
        Optional<Plan> unreachable = turn.setback(EffectKind.OPEN_FIREWALL)
                .filter(setback -> Failures.isFailure(setback.reason()))
                .map(turn::blockedBy);
        if (unreachable.isPresent()) {
            return unreachable;
        }
        Optional<Plan> closed = ProvisionPlan.forApis(turn);
        if (closed.isPresent()) {
            return closed;
        }
        Optional<Plan> conflict = LeasePlan.look(turn).or(() -> NamesakePlan.plan(turn));
        if (conflict.isPresent()) {
            return conflict;
        }
        Optional<Plan> adopted = AdoptionPlan.plan(turn);
        if (adopted.isPresent()) {
            return adopted;
        }
        Optional<Plan> missing = PreflightPlan.plan(turn)
                .or(() -> FirewallPlan.unreachable(turn))
                .or(() -> foundation(turn))
                .or(() -> certified(turn))
                .or(() -> ProvisionPlan.forReader(turn, state.machine().isEmpty()));
        if (missing.isPresent()) {
            return missing;
        }
        String version =
                state.trust().prepared().flatMap(Certificates::secretVersion).orElseThrow();
        return state.machine().isPresent()
                ? RestartPlan.plan(turn, state.machine().get(), version)
                : create(turn, version);
    }

    /** What a new machine stands on, where it will probably be made; a machine that exists stands on it, but for its secret and another archive. */
    private static Optional<Plan> foundation(Turn turn) {
        Optional<Machine> machine = turn.state().machine();
        if (machine.isPresent()) {
            Optional<Plan> missing =
                    turn.state().trust().secretEnsured() ? Optional.empty() : ProvisionPlan.forSecret(turn);
            return missing.or(() -> ProvisionPlan.forArchive(
                    turn,
                    machine.get().offering().zone().region(),
                    !machine.get().bootedBefore()));
        }
        return switch (PlacementPolicy.place(
                turn.spec().offerings(), turn.state().blocks(), turn.now())) {
            case Placement.Insert(Offering offering, List<Placement.Refusal> _) ->
                ProvisionPlan.forMachine(turn, offering);
            // Without a region to go to, what comes next would be made without what it stands on.
            case Placement.Nowhere nowhere when !turn.state().trust().secretEnsured() -> noCapacity(turn, nowhere);
            case Placement.Nowhere _, Placement.Restart _, Placement.RestartAt _ -> Optional.empty();
        };
    }

    /**
     * Whether something has stood in the way for longer than the whole wake may take: a machine that it made now would be stopped at once. Whoever still waits
     * begins another one.
     */
    static boolean isOver(Turn turn) {
        boolean isFirstBoot = !turn.state().machine().map(Machine::bootedBefore).orElse(false);
        return turn.state()
                .activity()
                .wakeStarted()
                .map(started -> turn.spec().power().wakeDeadline(started, isFirstBoot))
                .filter(deadline -> !turn.now().isBefore(deadline))
                .isPresent();
    }

    private static Optional<Plan> certified(Turn turn) {
        Trust trust = turn.state().trust();
        if (!trust.secretEnsured()) {
            return TrustPlan.ensure(turn);
        }
        Optional<Plan> authority = AuthorityPlan.asleep(turn);
        if (authority.isPresent()) {
            return authority;
        }
        if (trust.prepared().isEmpty()) {
            return turn.act(new Effect.IssueCertificates(
                    trust.lastGeneration() + 1,
                    turn.names().serverName(),
                    turn.spec().serverKey(),
                    0,
                    trust.oldestNeeded(),
                    Succession.NONE));
        }
        long generation = trust.prepared().get().generation();
        if (turn.isDue(turn.seen().renewal(), Duration.ofMinutes(1))) {
            return Turn.ask(new Question.Renewal(generation));
        }
        if (turn.seen().renewal()
                instanceof Look.Failed<Optional<RenewalPolicy.Renewal>>(RuntimeException failure, Instant at)) {
            return turn.cannotSee(failure, at);
        }
        if (turn.seen().renewal()
                        instanceof
                        Look.Seen<Optional<RenewalPolicy.Renewal>>(Optional<RenewalPolicy.Renewal> renewal, Instant _)
                && renewal.isPresent()) {
            return Turn.note(
                    turn.state().with(trust.dropPrepared()), renewal.get().reason());
        }
        if (trust.prepared().get().isBoundToABoot()) {
            return Turn.note(turn.state().with(trust.dropPrepared()), "KeyGoneWithThePower");
        }
        if (trust.prepared().get().secretVersion().isPresent()) {
            return Optional.empty();
        }
        return TrustPlan.upload(turn, trust.prepared().get());
    }

    /** What a machine is told when it is given power. */
    static Map<String, String> toldAtStart(Turn turn, Map<String, String> before, String version) {
        String wanted = document(turn, version);
        String told = before.get(GuestConfig.ATTRIBUTE);
        String document =
                told != null && ModelPlan.isToKeepItsModels(turn) ? GuestConfig.keepingModels(wanted, told) : wanted;
        Map<String, String> metadata = GuestConfig.metadata(before, document, mayAsk(turn));
        metadata.put(
                GuestConfig.STARTUP_SCRIPT, turn.spec().guest().installation().startupScript());
        return metadata;
    }

    /** The same for one that runs: what it installs stays as it was until its next start. */
    static Effect.SetMetadata setMetadata(Turn turn, Instance found, String document) {
        return tell(turn, found, GuestConfig.metadata(found.metadata(), document, mayAsk(turn)));
    }

    static Effect.SetMetadata tell(Turn turn, Instance found, Map<String, String> metadata) {
        return new Effect.SetMetadata(turn.facts().freshId(), found.id(), metadata, found.metadataFingerprint());
    }

    private static String document(Turn turn, String version) {
        return turn.spec()
                .guest()
                .document(
                        turn.spec().uid(),
                        TrustPlan.identity(turn, turn.state().trust().prepared().orElseThrow(), version));
    }

    private static boolean mayAsk(Turn turn) {
        return turn.spec().serverKey() == ServerKey.CSR;
    }

    private static Optional<Plan> create(Turn turn, String version) {
        if (turn.state().pending(EffectKind.INSERT_INSTANCE).isPresent()) {
            return Optional.empty();
        }
        if (turn.isDue(turn.seen().machines(), Duration.ZERO)) {
            return Turn.ask(new Question.Machines());
        }
        return switch (turn.seen().machines()) {
            case Look.Never<List<Instance>> _ -> Optional.empty();
            case Look.Failed<List<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<List<Instance>>(List<Instance> all, Instant _) ->
                LeftoversPlan.unrecorded(turn, all)
                        .map(stray -> LeftoversPlan.adopt(turn, stray))
                        .orElseGet(() -> insert(turn, version));
        };
    }

    private static Optional<Plan> insert(Turn turn, String version) {
        PlanState state = turn.state();
        Optional<Machine> predecessor = state.predecessor();
        Placement placement = PlacementPolicy.place(turn.spec().offerings(), state.blocks(), turn.now());
        if (predecessor.isPresent()
                && !RestartPlan.isReplaced(turn, predecessor.get())
                && !PlacementPolicy.isBetter(placement, predecessor.get().offering())
                && state.blocks().stream()
                        .noneMatch(block -> block.holds(predecessor.get().offering(), turn.now()))) {
            return Turn.note(
                    state.withMachine(predecessor)
                            .withPredecessor(Optional.empty())
                            .with(new MachineState.Stopped(turn.now())),
                    "BackToTheDisk");
        }
        return switch (placement) {
            case Placement.Insert(Offering offering, List<Placement.Refusal> _) ->
                turn.act(insert(turn, turn.facts().freshId(), name(turn), offering, version));
            case Placement.Nowhere nowhere -> noCapacity(turn, nowhere);
            case Placement.Restart _, Placement.RestartAt _ ->
                throw new IllegalStateException("a machine that does not exist cannot be started");
        };
    }

    private static InstanceName name(Turn turn) {
        InstanceName usual = turn.names().instance();
        return turn.state()
                .predecessor()
                .filter(machine -> machine.id().name().equals(usual))
                .map(_ -> turn.names().successor())
                .orElse(usual);
    }

    /**
     * The mutation that makes a machine, the same for the same arguments and specification but for the end of our claim on it. A request that is sent again under
     * its id is <a href="https://cloud.google.com/compute/docs/reference/rest/v1/instances/insert">ignored where the first one arrived</a>, so that the later end
     * counts only where it did not.
     */
    static Effect insert(Turn turn, RequestId id, InstanceName name, Offering offering, String version) {
        MachineSpec spec = turn.spec();
        InstanceSpec instance = new InstanceSpec(
                name,
                spec.network(),
                spec.subnet(),
                turn.names().tag(),
                spec.image(turn.state()),
                spec.diskGb(turn.state()),
                LeasePlan.labels(turn),
                toldAtStart(turn, Map.of(), version),
                spec.serviceAccount(),
                spec.power().maxUptime(),
                spec.hasExternalAddress(),
                spec.hasSecureBoot());
        return new Effect.InsertInstance(id, instance, offering);
    }

    static Optional<Plan> waitForPlace(Instant moment, List<Placement.Refusal> refused) {
        String reason = reason(refused, "ZoneStockout");
        return Optional.of(new Plan.Wait(
                moment,
                reason,
                Optional.of(new Plan.Trouble(reason, codes(refused), describe(refused), Optional.of(moment)))));
    }

    /** Gives the wake up: whoever still waits then begins another one when the first block is over. */
    static Optional<Plan> noCapacity(Turn turn, Placement.Nowhere nowhere) {
        String reason = reason(nowhere.refused(), "NoCapacity");
        return giveUp(turn, reason, describe(nowhere.refused()), nowhere.until());
    }

    /** What all of them have in common, if it is no matter of capacity. */
    private static String reason(List<Placement.Refusal> refused, String otherwise) {
        List<String> reasons = refused.stream()
                .map(refusal -> refusal.block().reason())
                .distinct()
                .toList();
        boolean isOfOneKind = reasons.size() == 1 && NOT_FOR_WANT_OF_CAPACITY.contains(reasons.getFirst());
        return isOfOneKind ? reasons.getFirst() : otherwise;
    }

    /**
     * Gives the wake up because something of ours belongs to somebody else, as if there were no capacity: whoever still waits begins another one later, or by
     * hand at once.
     */
    static Optional<Plan> conflict(Turn turn, String message) {
        return giveUp(turn, "ManagementConflict", message, turn.now().plus(Verdict.ADMINISTRATOR));
    }

    /** Ends this wake; the next one, if anybody waits, begins at that moment, with another specification or by hand. */
    static Optional<Plan> giveUp(Turn turn, String reason, String message, Instant retryAt) {
        MachineState failed = new MachineState.Failed(
                turn.now(),
                reason,
                message,
                0,
                Optional.of(retryAt),
                turn.spec().generation());
        return Turn.note(turn.state().with(failed).with(turn.state().activity().wakeOver()), reason);
    }

    private static String codes(List<Placement.Refusal> refused) {
        return String.join(
                ", ",
                refused.stream()
                        .map(Placement.Refusal::block)
                        .map(Block::code)
                        .distinct()
                        .toList());
    }

    private static String describe(List<Placement.Refusal> refused) {
        Stream<String> codes = refused.stream()
                .map(refusal ->
                        "%s: %s".formatted(refusal.offering(), refusal.block().code()));
        Stream<String> details = refused.stream()
                .flatMap(refusal -> refusal.block().detail().stream())
                .distinct();
        return String.join("; ", Stream.concat(codes, details).toList());
    }
}
