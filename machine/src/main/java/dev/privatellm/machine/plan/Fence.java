// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The last thing that is asked before a machine that exists is changed, stopped or removed: whose it is, and whether a later term of our own has taken it over.
 * What was seen a while ago does not count. That it cannot be seen is no reason to leave a machine running that is to stop: nobody else would stop it.
 */
final class Fence {
    /** Key of the label that says in which term a machine was last made ours. */
    static final String EPOCH_LABEL = "pllm-epoch";

    private static final Duration FRESH = Duration.ofSeconds(10);

    private Fence() {}

    /** The plan itself, or what has to be done instead. */
    static Plan guard(Turn turn, Plan plan) {
        if (!(plan instanceof Plan.Act(Effect effect))) {
            return plan;
        }
        return switch (effect) {
            case Effect.StopInstance stop -> guard(turn, plan, stop.instance(), true);
            case Effect.DeleteInstance delete -> guard(turn, plan, delete.instance(), false);
            case Effect.SetMetadata set -> guard(turn, plan, set.instance(), false);
            case Effect.SetLabels set -> guard(turn, plan, set.instance(), false);
            case Effect.SetMachineType set -> guard(turn, plan, set.instance(), false);
            case Effect.ResizeDisk resize -> guard(turn, plan, resize.instance(), false);
            case Effect.StartInstance start -> guard(turn, plan, start.instance(), false);
            case Effect.AdoptInstance _,
                    Effect.ChangeAuthority _,
                    Effect.MakePart _,
                    Effect.EnsureSecret _,
                    Effect.IssueCertificates _,
                    Effect.SignCertificate _,
                    Effect.UploadBundle _,
                    Effect.InsertInstance _,
                    Effect.RemovePart _,
                    Effect.OpenFirewall _,
                    Effect.ReplaceFirewall _,
                    Effect.CloseFirewall _,
                    Effect.DrainGuest _,
                    Effect.LoadBundle _,
                    Effect.ActivateLink _,
                    Effect.DestroyVersion _,
                    Effect.DestroyKeyVersion _ -> plan;
        };
    }

    private static Plan guard(Turn turn, Plan plan, InstanceId id, boolean endsACost) {
        boolean isOnRecord =
                turn.state().machine().map(machine -> machine.id().equals(id)).orElse(false);
        Look<?> look = isOnRecord ? turn.seen().machine() : turn.seen().machines();
        if (turn.isDue(look, FRESH)) {
            return new Plan.Ask(isOnRecord ? new Question.OneMachine(id) : new Question.Machines());
        }
        if (look instanceof Look.Failed<?>(RuntimeException failure, Instant at)) {
            return endsACost ? plan : turn.cannotSee(failure, at).orElseThrow();
        }
        return seen(turn, id, isOnRecord)
                .flatMap(found -> objection(turn, found))
                .map(message -> conflict(turn, message))
                .orElse(plan);
    }

    private static Optional<Instance> seen(Turn turn, InstanceId id, boolean isOnRecord) {
        if (isOnRecord) {
            return turn.seen().machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _)
                    ? found
                    : Optional.empty();
        }
        return turn.seen().machines() instanceof Look.Seen<List<Instance>>(List<Instance> all, Instant _)
                ? all.stream().filter(found -> found.id().equals(id)).findFirst()
                : Optional.empty();
    }

    private static Optional<String> objection(Turn turn, Instance found) {
        if (!turn.isOurs(found)) {
            return Optional.of("%s belongs to %s"
                    .formatted(found.id(), found.labels().getOrDefault(MachineSpec.OWNER_LABEL, "nobody we know")));
        }
        return Optional.ofNullable(found.labels().get(EPOCH_LABEL))
                .filter(epoch -> epoch.matches("[0-9]{1,18}")
                        && Long.parseLong(epoch) > turn.spec().epoch())
                .map(epoch -> "%s was taken over in term %s, and this is term %d"
                        .formatted(found.id(), epoch, turn.spec().epoch()));
    }

    private static Plan conflict(Turn turn, String message) {
        Instant again = turn.now().plus(Verdict.ADMINISTRATOR);
        return new Plan.Wait(
                again,
                "ManagementConflict",
                Optional.of(new Plan.Trouble("ManagementConflict", "FENCED", message, Optional.of(again))));
    }
}
