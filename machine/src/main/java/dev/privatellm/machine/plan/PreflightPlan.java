// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.MachineType;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.ModelNeeds;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.cloud.Placement;
import dev.privatellm.machine.cloud.PlacementPolicy;
import dev.privatellm.machine.cloud.Preflight;
import dev.privatellm.machine.cloud.ProjectProvider.Task;
import dev.privatellm.machine.cloud.Survey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks, before anything is made for a machine that does not exist yet, whether it can be had at all: permissions, model, types in zones, quotas. What cannot
 * be had becomes a block on record, as a refusal by the cloud would, so that placement and status treat both alike; what no offering could cure ends the wake.
 * Of a machine that exists nothing is asked but whether it can load a model that it has never had.
 */
final class PreflightPlan {
    /** A survey is good for one wake, and within a long one for so long. */
    private static final Duration GOOD_FOR = Duration.ofMinutes(10);

    private PreflightPlan() {}

    static Optional<Plan> plan(Turn turn) {
        if (turn.state().machine().isPresent()) {
            Machine machine = turn.state().machine().get();
            return RestartPlan.isReplaced(turn, machine) ? Optional.empty() : ModelPlan.beforeStart(turn);
        }
        if (turn.isDue(turn.seen().survey(), maxAge(turn))) {
            return Turn.ask(question(turn.spec()));
        }
        return switch (turn.seen().survey()) {
            case Look.Never<Survey> _ -> Optional.empty();
            case Look.Failed<Survey>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Survey>(Survey survey, Instant at) ->
                isAbout(turn.spec(), survey) ? conclude(turn, survey, at) : Turn.ask(question(turn.spec()));
        };
    }

    /** The same for a machine that the user has: it takes no part of any quota that it has not got, but the model has to exist and to run on it. */
    static Optional<Plan> forTakeover(Turn turn, Instance found) {
        if (turn.isDue(turn.seen().survey(), maxAge(turn))) {
            return Turn.ask(question(turn.spec()));
        }
        return switch (turn.seen().survey()) {
            case Look.Never<Survey> _ -> Optional.empty();
            case Look.Failed<Survey>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<Survey>(Survey survey, Instant at) ->
                isAbout(turn.spec(), survey) ? fits(turn, survey, at, found) : Turn.ask(question(turn.spec()));
        };
    }

    private static Optional<Plan> fits(Turn turn, Survey survey, Instant at, Instance found) {
        Optional<Plan> missing = missing(turn, survey);
        if (missing.isPresent()) {
            return missing;
        }
        Optional<String> small = Preflight.tooSmall(found.machineType(), wanted(turn, survey));
        int smallest = ModelNeeds.smallestDiskGb(listed(survey));
        return small.or(() -> found.disk()
                        .filter(disk -> !listed(survey).isEmpty() && disk.sizeGb() < smallest)
                        .map(disk -> "its disk has %d GB, the models need %d".formatted(disk.sizeGb(), smallest)))
                .flatMap(why -> giveUp(turn, "ModelTooLarge", "%s: %s".formatted(found.id(), why)))
                .or(() -> ModelPlan.remember(turn, survey.models(), at));
    }

    /** Whether it was made for this specification, and not for the one before it. One that says what is missing in the project is about any. */
    private static boolean isAbout(MachineSpec spec, Survey survey) {
        return !survey.missingPermissions().isEmpty()
                || (survey.zones().keySet().containsAll(question(spec).machineTypes())
                        && survey.models().keySet().equals(question(spec).models())
                        && survey.image().asked().equals(spec.image()));
    }

    private static Duration maxAge(Turn turn) {
        Instant wake = turn.state().activity().wakeStarted().orElse(turn.now());
        Duration sinceWake = Duration.between(wake, turn.now()).plusMillis(1);
        return sinceWake.compareTo(GOOD_FOR) < 0 ? sinceWake : GOOD_FOR;
    }

    private static Question.ProjectSurvey question(MachineSpec spec) {
        Set<Task> tasks = EnumSet.of(Task.MACHINES, Task.FIREWALL, Task.SECRET);
        if (spec.foundation().vpc().isEmpty()) {
            tasks.add(Task.NETWORK);
        }
        if (spec.foundation().hasKey()) {
            tasks.add(Task.KEY);
        }
        if (spec.foundation().serviceAccount().isEmpty()) {
            tasks.add(Task.ACCOUNT);
        }
        if (spec.foundation().archive().isPresent()) {
            tasks.add(Task.ARTIFACTS);
        }
        return new Question.ProjectSurvey(
                sorted(spec.offerings().stream().map(offering -> offering.machineType())),
                sorted(spec.offerings().stream().map(offering -> offering.zone().region())),
                tasks,
                spec.guest().models(),
                spec.image());
    }

    private static SortedSet<String> sorted(Stream<String> words) {
        return words.collect(Collectors.toCollection(TreeSet::new));
    }

    private static Optional<Plan> conclude(Turn turn, Survey survey, Instant at) {
        return missing(turn, survey)
                .or(() -> ModelPlan.remember(turn, survey.models(), at))
                .or(() -> image(turn, survey.image()))
                .or(() -> disk(turn, survey))
                .or(() -> offerings(turn, survey, at));
    }

    /** What no machine could make up for. */
    private static Optional<Plan> missing(Turn turn, Survey survey) {
        if (!survey.missingPermissions().isEmpty()) {
            return giveUp(
                    turn,
                    "PermissionDenied",
                    "missing permissions in the project: " + String.join(", ", survey.missingPermissions()));
        }
        List<String> absent = survey.models().entrySet().stream()
                .filter(model -> model.getValue() instanceof Listing.Absent)
                .map(java.util.Map.Entry::getKey)
                .toList();
        if (!absent.isEmpty()) {
            return giveUp(turn, "ModelNotFound", "the registry has no model " + String.join(", ", absent));
        }
        return Optional.empty();
    }

    /**
     * What a name stands for now goes on record, and is what every later machine is made from, until that image is gone: a family may get another one at any
     * moment.
     */
    private static Optional<Plan> image(Turn turn, Survey.Image looked) {
        if (turn.spec().pinned(turn.state()).isPresent()) {
            return Optional.empty();
        }
        return looked.found()
                .map(image -> Turn.note(
                        turn.state().with(new PinnedImage(looked.asked(), image, Optional.of(turn.now()))),
                        "ImagePinned"))
                .orElseGet(() -> giveUp(
                        turn,
                        "InvalidSpec",
                        "spec.placement.image: %s (expected: a family that has an image, project/family, or an image, projects/PROJECT/global/images/NAME)"
                                .formatted(looked.asked())));
    }

    private static Optional<Plan> giveUp(Turn turn, String reason, String message) {
        return WakePlan.giveUp(turn, reason, message, turn.now().plus(Verdict.ADMINISTRATOR));
    }

    /** The models whose size is known. */
    private static List<Listing.Listed> listed(Survey survey) {
        return ModelCheck.listed(survey.models());
    }

    private static Preflight.Wanted wanted(Turn turn, Survey survey) {
        Optional<Listing.Listed> model = Optional.ofNullable(
                        survey.models().get(turn.spec().guest().model()))
                .filter(Listing.Listed.class::isInstance)
                .map(Listing.Listed.class::cast);
        return new Preflight.Wanted(model, turn.spec().guest().contextLength());
    }

    /** The size that the models need goes on record, since a request that is sent again after a crash must ask for the same. */
    private static Optional<Plan> disk(Turn turn, Survey survey) {
        List<Listing.Listed> models = listed(survey);
        Optional<Integer> asked = turn.spec().diskSizeGb();
        int smallest = ModelNeeds.smallestDiskGb(models);
        if (!models.isEmpty() && asked.filter(size -> size < smallest).isPresent()) {
            return giveUp(turn, "ModelTooLarge", ModelCheck.tooSmallDisk(asked.get(), smallest));
        }
        int unknown = survey.models().size() - models.size();
        int known = ModelNeeds.diskGb(models);
        // What was known of a model before goes on being known when its registry is silent for once.
        int needed = unknown == 0
                ? known
                : turn.state()
                        .modelDiskGb()
                        .map(before -> Math.max(before, known))
                        .orElseGet(() -> ModelNeeds.diskGb(models, unknown, largestGpuGb(turn.spec())));
        return turn.state().modelDiskGb().equals(Optional.of(needed))
                ? Optional.empty()
                : Turn.note(
                        turn.state().withModelDiskGb(needed),
                        unknown == 0 ? "DiskSized" : "DiskSizedForWhatTheGpusCanHold");
    }

    private static int largestGpuGb(MachineSpec spec) {
        return spec.offerings().stream()
                .flatMap(offering -> MachineTypes.find(offering.machineType()).stream())
                .mapToInt(MachineType::gpuMemoryGb)
                .max()
                .orElse(0);
    }

    private static Optional<Plan> offerings(Turn turn, Survey survey, Instant at) {
        List<Block> refusals = Preflight.refusals(turn.spec().offerings(), survey, wanted(turn, survey), at);
        List<Block> known =
                turn.state().blocks().stream().filter(Preflight::isRefusal).toList();
        if (!known.equals(refusals)) {
            List<Block> blocks = new ArrayList<>(turn.state().blocks());
            blocks.removeIf(Preflight::isRefusal);
            blocks.addAll(refusals);
            return Turn.note(turn.state().withBlocks(blocks), "Surveyed");
        }
        return PlacementPolicy.place(turn.spec().offerings(), turn.state().blocks(), turn.now())
                                instanceof Placement.Nowhere nowhere
                        && nowhere.refused().stream()
                                .map(Placement.Refusal::block)
                                .allMatch(Preflight::isRefusal)
                ? WakePlan.noCapacity(turn, nowhere)
                : Optional.empty();
    }
}
