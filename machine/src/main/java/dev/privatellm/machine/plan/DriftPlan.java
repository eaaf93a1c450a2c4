// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Claim;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What somebody else has changed or removed. The machine is compared whenever it is looked at anyway; the rest is looked at every ten minutes on average, one
 * part at a time. What can be mended without a loss is mended; what only another machine could mend is put on record, from which the status says so; a part
 * that is gone is made again by the next wake that needs it.
 */
final class DriftPlan {
    /** Labels by which a machine is found; the others tell of the past. */
    private static final Set<String> LASTING =
            Set.of("managed-by", MachineSpec.RELEASE_LABEL, "pllm-cluster", MachineSpec.RESOURCE_LABEL);

    private DriftPlan() {}

    static Optional<Plan> plan(Turn turn) {
        PlanState state = turn.state();
        boolean isResting = Planner.isAsleep(state.power())
                && state.activity().wakeStarted().isEmpty();
        boolean mayLook = isResting || state.power() instanceof MachineState.Serving;
        return mayLook && turn.facts().requests().order() == PowerRequests.Order.NONE
                ? machine(turn).or(() -> part(turn))
                : Optional.empty();
    }

    private static Optional<Plan> machine(Turn turn) {
        PlanState state = turn.state();
        boolean isChanging = state.pending(EffectKind.ADOPT_INSTANCE).isPresent()
                || state.pending(EffectKind.SET_LABELS).isPresent();
        return isChanging
                ? Optional.empty()
                : state.machine()
                        .flatMap(known ->
                                shown(turn, known).filter(turn::isOurs).flatMap(found -> compare(turn, known, found)));
    }

    /** As the look shows it that is made anyway. */
    private static Optional<Instance> shown(Turn turn, Machine known) {
        if (turn.state().power() instanceof MachineState.Serving) {
            return turn.machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _)
                    ? found
                    : Optional.empty();
        }
        return turn.seen().machines() instanceof Look.Seen<List<Instance>>(List<Instance> all, Instant _)
                ? all.stream().filter(found -> found.id().equals(known.id())).findFirst()
                : Optional.empty();
    }

    private static Optional<Plan> compare(Turn turn, Machine known, Instance found) {
        Machine shown = known.seen(found, turn.spec(), turn.spec().diskGb(turn.state()));
        if (!shown.equals(known)) {
            return Turn.note(turn.state().with(shown), "AsTheCloudShowsIt");
        }
        String what = "machine " + found.id();
        String tag = turn.names().tag();
        if (!found.tags().equals(Set.of(tag))) {
            Drift drift = new Drift(what, "tags", found.tags().toString(), "[" + tag + "]", turn.now());
            return mend(turn, drift, new Effect.AdoptInstance(turn.facts().freshId(), found.id(), new Claim.Tag(tag)));
        }
        Map<String, String> labels = new HashMap<>(turn.spec().labels());
        labels.keySet().retainAll(LASTING);
        return labels.keySet().stream()
                .sorted()
                .filter(key -> !Objects.equals(labels.get(key), found.labels().get(key)))
                // Machines of before there was this label get it with their next claim.
                .filter(key ->
                        !key.equals(MachineSpec.RELEASE_LABEL) || found.labels().containsKey(key))
                .findFirst()
                .flatMap(key -> {
                    Map<String, String> all = new HashMap<>(found.labels());
                    all.putAll(labels);
                    Drift drift = new Drift(
                            what,
                            "labels." + key,
                            found.labels().getOrDefault(key, ""),
                            labels.getOrDefault(key, ""),
                            turn.now());
                    return mend(
                            turn,
                            drift,
                            new Effect.SetLabels(
                                    turn.facts().freshId(), found.id(), all, found.labelFingerprint(), "Drifted"));
                });
    }

    /** Puts it on record, then mends it. */
    static Optional<Plan> mend(Turn turn, Drift drift, Effect effect) {
        return turn.state().drift().filter(drift::isKnownAs).isPresent()
                ? turn.act(effect)
                : Turn.note(turn.state().with(drift), "Drifted");
    }

    private static Optional<Plan> part(Turn turn) {
        return turn.state().parts().stream()
                .filter(PartRecord::isSeen)
                .filter(record -> question(turn, record.id()).isPresent())
                .min(Comparator.comparing(record -> due(turn, record)))
                .flatMap(record -> turn.now().isBefore(due(turn, record))
                        ? Turn.waitUntil(due(turn, record), "PartsStand")
                        : look(turn, record));
    }

    /** One that cannot be seen has its turn again after the others. */
    private static Instant due(Turn turn, PartRecord record) {
        Instant looked =
                turn.seen().partOf(record.id()) instanceof Look.Failed<Standing>(RuntimeException _, Instant at)
                                && at.isAfter(record.at())
                        ? at
                        : record.at();
        return Drift.nextLook(record.id().toString(), looked);
    }

    /** Empty for what nobody can remove, or is of no use to a machine that exists. */
    private static Optional<Part> question(Turn turn, PartId id) {
        return switch (id.kind()) {
            case APIS, ARCHIVE -> Optional.empty();
            case SECRET_ACCESS ->
                Parts.access(turn.spec(), turn.state()).filter(part -> part.id().equals(id));
            case NETWORK, SUBNET, KEY, KEY_USE, ACCOUNT, BUCKET, BUCKET_ACCESS, SECRET ->
                Optional.of(Parts.recorded(turn.spec(), id));
        };
    }

    private static Optional<Plan> look(Turn turn, PartRecord record) {
        Look<Standing> look = turn.seen().partOf(record.id());
        if (turn.isDue(look, Duration.ofMinutes(1))) {
            return question(turn, record.id()).flatMap(part -> Turn.ask(new Question.OnePart(part)));
        }
        return switch (look) {
            case Look.Never<Standing> _ -> Optional.empty();
            // Nobody waits for this part now: that it cannot be seen is no trouble yet.
            case Look.Failed<Standing>(RuntimeException failure, Instant at) -> Turn.unseen(failure, at, "PartUnseen");
            case Look.Seen<Standing>(Standing standing, Instant at) ->
                switch (standing) {
                    case Standing.Ours _ ->
                        Turn.note(turn.state().with(new PartRecord(record.id(), true, at)), "PartStands");
                    case Standing.Absent _ -> lost(turn, record.id(), "gone");
                    case Standing.Foreign(String owner) -> lost(turn, record.id(), "of " + owner);
                };
        };
    }

    /** The next wake looks for it, and makes it again or names whose it is. */
    private static Optional<Plan> lost(Turn turn, PartId id, String is) {
        Drift drift = new Drift(id.toString(), "existence", is, "ours", turn.now());
        PlanState without = PartJournal.removed(turn.state(), id).with(drift);
        boolean isOfSecret = Set.of(PartId.Kind.KEY, PartId.Kind.KEY_USE, PartId.Kind.ACCOUNT)
                .contains(id.kind());
        return Turn.note(isOfSecret ? without.with(without.trust().unensured()) : without, "PartLost");
    }
}
