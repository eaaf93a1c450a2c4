// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.Subnet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes what a machine stands on, before the machine: each part is looked at first, made if it is not there, and believed only once the cloud says that it
 * stands. Looked at
 * again before every new machine, since anybody may have removed it meanwhile; a machine that is merely started stands on it already.
 */
final class ProvisionPlan {
    /** How long a part that was asked for may take to be seen before it is asked for again. */
    private static final Duration APPEARANCE = Duration.ofMinutes(1);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private ProvisionPlan() {}

    /** The APIs that everything else is asked of. */
    static Optional<Plan> forApis(Turn turn) {
        return ensure(turn, Parts.apis(turn.spec()), turn.state().machine().isPresent());
    }

    /**
     * Where the machine finds its guest.
     *
     * @param isNew whether the machine is yet to be made; one that was made fetches only what is new to us as well
     */
    static Optional<Plan> forArchive(Turn turn, String region, boolean isNew) {
        return Parts.ofArchive(turn.spec(), region).stream()
                .flatMap(part -> ensure(turn, part, !isNew).stream())
                .findFirst();
    }

    /** What a new machine needs before its secret, where it is to be made; empty once all of it stands. */
    static Optional<Plan> forMachine(Turn turn, Offering offering) {
        String region = offering.zone().region();
        return Parts.network(turn.spec())
                .flatMap(network -> ensure(turn, network, false).or(() -> subnet(turn, offering)))
                .or(() -> forSecret(turn))
                .or(() -> forArchive(turn, region, true));
    }

    /** What the secret and its reader need before they can be. */
    static Optional<Plan> forSecret(Turn turn) {
        return Parts.ofSecret(turn.spec()).stream()
                .flatMap(part -> ensure(turn, part, false).stream())
                .findFirst();
    }

    /**
     * The right to read the secret.
     *
     * @param isNew whether the machine is yet to be made; the right of one that was made is believed
     */
    static Optional<Plan> forReader(Turn turn, boolean isNew) {
        return Parts.access(turn.spec(), turn.state()).flatMap(access -> ensure(turn, access, !isNew));
    }

    /**
     * The record of a part that was asked for without an answer: it may stand, and whoever removes must know of it. Who makes looks at once and does not wait
     * for it to appear.
     */
    static PlanState perhapsMade(PlanState state, Intent intent) {
        PlanState settled = state.settling(intent.id());
        PartId id = PartId.parse(intent.target());
        return settled.part(id).isPresent()
                ? settled
                : settled.with(new PartRecord(id, false, intent.startedAt().minus(APPEARANCE)));
    }

    private static Optional<Plan> ensure(Turn turn, Part part, boolean isOldGood) {
        Optional<PartRecord> known = turn.state().part(part.id());
        if (known.filter(record -> record.isSeen() && (isOldGood || !record.at().isBefore(since(turn))))
                .isPresent()) {
            return Optional.empty();
        }
        if (isChanging(turn.state())) {
            return underWay(turn);
        }
        Look<Standing> look = turn.seen().partOf(part.id());
        if (turn.isDue(look, maxAge(turn, known))) {
            return Turn.ask(new Question.OnePart(part));
        }
        return switch (look) {
            case Look.Never<Standing> _ -> Optional.empty();
            case Look.Failed<Standing>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Standing>(Standing standing, Instant at) ->
                switch (standing) {
                    case Standing.Ours _ ->
                        Turn.note(turn.state().with(new PartRecord(part.id(), true, turn.now())), "PartStands");
                    case Standing.Absent _ -> make(turn, part, Optional.empty(), known, at);
                    case Standing.Foreign(String owner) ->
                        WakePlan.conflict(turn, "%s belongs to %s".formatted(part.id(), owner));
                };
        };
    }

    /** One that was asked for just now is waited for. */
    private static Optional<Plan> make(
            Turn turn, Part part, Optional<Offering> wantedFor, Optional<PartRecord> known, Instant seenAt) {
        boolean mayAppear = known.filter(record ->
                        !record.isSeen() && turn.now().isBefore(record.at().plus(APPEARANCE)))
                .isPresent();
        return mayAppear
                ? Turn.waitUntil(seenAt.plus(LOOK_AGAIN), "PartAppears")
                : turn.act(new Effect.MakePart(turn.facts().freshId(), part, wantedFor));
    }

    /** Our network's subnet in this region: the one that is there, whatever its range, or a new one beside those of other regions. */
    private static Optional<Plan> subnet(Turn turn, Offering offering) {
        String region = offering.zone().region();
        MachineSpec spec = turn.spec();
        PartId id = Parts.subnet(spec, region, spec.foundation().subnetCidr()).id();
        Optional<PartRecord> known = turn.state().part(id);
        if (known.filter(record -> record.isSeen() && !record.at().isBefore(since(turn)))
                .isPresent()) {
            return Optional.empty();
        }
        if (isChanging(turn.state())) {
            return underWay(turn);
        }
        Look<List<Subnet>> look = turn.seen().subnets();
        if (turn.isDue(look, maxAge(turn, known))) {
            return Turn.ask(new Question.Subnets(spec.network()));
        }
        return switch (look) {
            case Look.Never<List<Subnet>> _ -> Optional.empty();
            case Look.Failed<List<Subnet>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<List<Subnet>>(List<Subnet> all, Instant at) ->
                all.stream()
                                .anyMatch(subnet -> subnet.region().equals(region)
                                        && subnet.name().equals(spec.subnet()))
                        ? Turn.note(turn.state().with(new PartRecord(id, true, turn.now())), "PartStands")
                        : make(turn, Parts.subnet(spec, region, free(spec, all)), Optional.of(offering), known, at);
        };
    }

    private static String free(MachineSpec spec, List<Subnet> all) {
        return CidrRange.parse(spec.foundation().subnetCidr())
                .free(all.stream().map(Subnet::cidr).map(CidrRange::parse).toList())
                .toString();
    }

    /** Whether a part is being made, or is on its way out since a removal was called off. */
    private static boolean isChanging(PlanState state) {
        return state.pending(EffectKind.MAKE_PART).isPresent()
                || state.pending(EffectKind.REMOVE_PART).isPresent();
    }

    /** Whoever follows the operation says when to come back. */
    private static Optional<Plan> underWay(Turn turn) {
        return turn.waitFor(Turn.FAR, "Provisioning");
    }

    private static Instant since(Turn turn) {
        return turn.state().activity().wakeStarted().orElse(turn.now());
    }

    private static Duration maxAge(Turn turn, Optional<PartRecord> known) {
        boolean isAskedFor = known.filter(record -> !record.isSeen()).isPresent();
        return isAskedFor
                ? LOOK_AGAIN
                : Duration.between(since(turn), turn.now()).plusMillis(1);
    }
}
