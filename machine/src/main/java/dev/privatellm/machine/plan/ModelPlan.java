// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.ModelNeeds;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Looks the models that are asked for up before a machine has to do with them, and tells one that runs which it is to have now. Its guest follows the metadata
 * without a reboot; everything else that changed waits for the next boot, because the guest could not take it over. A model that does not exist, or does not fit,
 * is not told: the machine goes on with the one that it has.
 */
final class ModelPlan {
    private ModelPlan() {}

    static Optional<Plan> plan(Turn turn) {
        boolean isUp = turn.state().power() instanceof MachineState.Booting
                || turn.state().power() instanceof MachineState.Warming
                || turn.state().power() instanceof MachineState.Serving;
        if (!isUp || turn.state().pending(EffectKind.SET_METADATA).isPresent()) {
            return Optional.empty();
        }
        return turn.machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _)
                ? found.filter(turn::isOurs).flatMap(machine -> tell(turn, machine))
                : Optional.empty();
    }

    private static Optional<Plan> tell(Turn turn, Instance found) {
        String told = found.metadata().get(GuestConfig.ATTRIBUTE);
        if (told == null) {
            return Optional.empty();
        }
        String wanted = turn.spec().guest().takenOver(told);
        if (wanted.equals(told)) {
            return Optional.empty();
        }
        Optional<Plan> open = check(turn, Instant.MIN).or(() -> refused(turn, told));
        return open.isPresent() ? open : turn.act(WakePlan.setMetadata(turn, found, wanted));
    }

    private static Optional<Plan> refused(Turn turn, String told) {
        Optional<ModelCheck.Obstacle> obstacle = obstacle(turn);
        if (obstacle.isEmpty()) {
            return Optional.empty();
        }
        return keep(turn, told)
                .or(() -> obstacle.get().isCuredAsleep()
                        ? turn.waitFor(Turn.FAR, "ModelWaitsForTheNextWake")
                        : Optional.of(trouble(turn, obstacle.get(), check(turn))));
    }

    /** Puts on record what it goes on with; empty if it is there. */
    private static Optional<Plan> keep(Turn turn, String told) {
        ModelCheck check = check(turn);
        ModelCheck keeping = check.keeping(GuestConfig.models(told));
        return keeping.equals(check) ? Optional.empty() : Turn.note(turn.state().with(keeping), "KeepsItsModel");
    }

    private static ModelCheck check(Turn turn) {
        return ModelCheck.on(turn.state(), turn.spec()).orElseThrow();
    }

    private static Plan trouble(Turn turn, ModelCheck.Obstacle obstacle, ModelCheck check) {
        Optional<Instant> retryAt = check.isCertain() ? Optional.empty() : Optional.of(check.askAgainAt());
        return new Plan.Wait(
                retryAt.orElse(turn.now().plus(Turn.FAR)),
                obstacle.reason(),
                Optional.of(new Plan.Trouble(
                        obstacle.reason(),
                        "NotLoaded",
                        obstacle.message() + "; it goes on with the model that it has",
                        retryAt)));
    }

    /** Before a machine that is there is given power for models that it has never had: they are looked up, and nothing is started that could not serve them. */
    static Optional<Plan> beforeStart(Turn turn) {
        // Whoever wakes it by hand has perhaps just mended what was wrong.
        Instant since = turn.state().activity().wakeStarted().orElse(turn.now());
        return check(turn, since)
                .or(() -> obstacle(turn)
                        .filter(obstacle -> !obstacle.isCuredAsleep())
                        .flatMap(obstacle -> notStarted(turn, obstacle)));
    }

    /** A model that the registry does not have any more is on the disk of a machine that was told it and has served. */
    private static Optional<Plan> notStarted(Turn turn, ModelCheck.Obstacle obstacle) {
        Machine machine = turn.state().machine().orElseThrow();
        if (!obstacle.isOfRegistry() || !machine.bootedBefore()) {
            return giveUp(turn, obstacle);
        }
        if (turn.isDue(turn.seen().machine(), Duration.ZERO)) {
            return Turn.ask(new Question.OneMachine(machine.id()));
        }
        return switch (turn.seen().machine()) {
            case Look.Never<Optional<Instance>> _ -> Optional.empty();
            case Look.Failed<Optional<Instance>>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _) ->
                found.filter(turn::isOurs).filter(seen -> hasThem(turn, seen)).isPresent()
                        ? Optional.empty()
                        : giveUp(turn, obstacle);
        };
    }

    private static boolean hasThem(Turn turn, Instance found) {
        String told = found.metadata().get(GuestConfig.ATTRIBUTE);
        return told != null && turn.spec().guest().takenOver(told).equals(told);
    }

    private static Optional<Plan> giveUp(Turn turn, ModelCheck.Obstacle obstacle) {
        return WakePlan.giveUp(
                turn, obstacle.reason(), obstacle.message(), turn.now().plus(Verdict.ADMINISTRATOR));
    }

    /**
     * When all is done for the models that can be done while the machine has no power: if that was refused, it goes on with those that it has; one that has none
     * is not started.
     */
    static Optional<Plan> atStart(Turn turn, Machine machine, Instance found) {
        Optional<ModelCheck.Obstacle> obstacle = obstacle(turn);
        if (obstacle.isEmpty() || hasThem(turn, found)) {
            return Optional.empty();
        }
        String told = found.metadata().get(GuestConfig.ATTRIBUTE);
        return told == null || !machine.bootedBefore() ? giveUp(turn, obstacle.get()) : keep(turn, told);
    }

    /** Whether what is asked for is not told. */
    static boolean isToKeepItsModels(Turn turn) {
        return obstacle(turn).isPresent();
    }

    private static Optional<ModelCheck.Obstacle> obstacle(Turn turn) {
        return turn.state()
                .machine()
                .flatMap(machine ->
                        ModelCheck.obstacle(machine, RestartPlan.change(turn, machine), turn.spec(), turn.state()));
    }

    /** Asks the registry, unless it is on record what it says of these models; what it did not know before this moment is asked once more. */
    private static Optional<Plan> check(Turn turn, Instant since) {
        boolean isKnown = ModelCheck.on(turn.state(), turn.spec())
                .filter(known -> known.isFresh(turn.now())
                        && (known.isCertain() || !known.at().isBefore(since)))
                .isPresent();
        if (isKnown) {
            return Optional.empty();
        }
        SortedSet<String> wanted = turn.spec().guest().models();
        if (turn.isDue(turn.seen().models(), Duration.ZERO)) {
            return Turn.ask(new Question.Models(wanted));
        }
        return switch (turn.seen().models()) {
            case Look.Never<SortedMap<String, Listing>> _ -> Optional.empty();
            case Look.Failed<SortedMap<String, Listing>>(RuntimeException failure, Instant at) ->
                turn.cannotSee(failure, at);
            case Look.Seen<SortedMap<String, Listing>>(SortedMap<String, Listing> said, Instant at) ->
                new TreeSet<>(said.keySet()).equals(wanted)
                        ? remember(turn, said, at)
                        : Turn.ask(new Question.Models(wanted));
        };
    }

    /** Puts on record what the registry said; empty if it is there. */
    static Optional<Plan> remember(Turn turn, Map<String, Listing> said, Instant at) {
        ModelCheck check = ModelCheck.of(turn.spec().guest(), said, at);
        boolean isNews = turn.state()
                .modelCheck()
                .filter(known -> check.equals(known) || (check.isCertain() && check.says(known)))
                .isEmpty();
        return isNews ? Turn.note(sized(turn.state().with(check), check, said), "ModelsLookedUp") : Optional.empty();
    }

    /** A machine that is there has a disk: that is not to grow for something of which nobody knows how large it is. */
    private static PlanState sized(PlanState state, ModelCheck check, Map<String, Listing> said) {
        if (state.machine().isEmpty() || !check.absent().isEmpty()) {
            return state;
        }
        int known = ModelNeeds.diskGb(ModelCheck.listed(said));
        return state.withModelDiskGb(
                check.isCertain() ? known : Math.max(known, state.modelDiskGb().orElse(known)));
    }
}
