// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The last thing that is asked before a machine that exists is changed, stopped or removed, or a bundle is put into a secret: whose it is, and whether a later term of our own has taken it over.
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
            // A takeover looks whose the machine is in the same breath.
            case Effect.AdoptInstance _ -> plan;
            case Effect.OnInstance mutation -> machine(turn, plan, mutation);
            case Effect.UploadBundle _, Effect.DestroyVersion _ -> secret(turn, plan);
            case Effect.ChangeAuthority _,
                    Effect.MakePart _,
                    Effect.EnsureSecret _,
                    Effect.IssueCertificates _,
                    Effect.SignCertificate _,
                    Effect.InsertInstance _,
                    Effect.RemovePart _,
                    Effect.OpenFirewall _,
                    Effect.ReplaceFirewall _,
                    Effect.CloseFirewall _,
                    Effect.DrainGuest _,
                    Effect.LoadBundle _,
                    Effect.ActivateLink _,
                    Effect.DestroyKeyVersion _ -> plan;
        };
    }

    private static Plan machine(Turn turn, Plan plan, Effect.OnInstance effect) {
        boolean isOnRecord = turn.state()
                .machine()
                .filter(machine -> machine.id().equals(effect.instance()))
                .isPresent();
        Look<?> look = isOnRecord ? turn.seen().machine() : turn.seen().machines();
        if (turn.isDue(look, FRESH)) {
            return new Plan.Ask(isOnRecord ? new Question.OneMachine(effect.instance()) : new Question.Machines());
        }
        if (look instanceof Look.Failed<?>(RuntimeException failure, Instant at)) {
            return effect instanceof Effect.StopInstance
                    ? plan
                    : turn.cannotSee(failure, at).orElseThrow();
        }
        Optional<Instance> found = isOnRecord ? onRecord(turn) : listed(turn, effect.instance());
        if (found.isEmpty() && !isOnRecord && effect instanceof Effect.DeleteInstance) {
            return notOurs(turn, effect);
        }
        return found.flatMap(machine -> objection(turn, machine))
                .map(message -> conflict(turn, message))
                .orElse(plan);
    }

    /** A secret that was removed and made anew by somebody else has our name, takes our bundles and lets its own readers read them. */
    private static Plan secret(Turn turn, Plan plan) {
        Part secret = new Part.OwnSecret(turn.names().secret(), turn.spec().uid());
        Look<Standing> look = turn.seen().partOf(secret.id());
        if (turn.isDue(look, FRESH)) {
            return new Plan.Ask(new Question.OnePart(secret));
        }
        return switch (look) {
            case Look.Failed<Standing>(RuntimeException failure, Instant at) ->
                turn.cannotSee(failure, at).orElseThrow();
            case Look.Seen<Standing>(Standing.Foreign(String owner), Instant _) ->
                conflict(turn, "%s belongs to %s".formatted(secret.id(), owner.isEmpty() ? "nobody we know" : owner));
            case Look.Seen<Standing> _, Look.Never<Standing> _ -> plan;
        };
    }

    private static Optional<Instance> onRecord(Turn turn) {
        return turn.seen().machine() instanceof Look.Seen<Optional<Instance>>(Optional<Instance> found, Instant _)
                ? found
                : Optional.empty();
    }

    /** Among the machines that bear our label. */
    private static Optional<Instance> listed(Turn turn, InstanceId id) {
        return turn.seen().machines() instanceof Look.Seen<List<Instance>>(List<Instance> all, Instant _)
                ? all.stream().filter(found -> found.id().equals(id)).findFirst()
                : Optional.empty();
    }

    /** A machine that was ours and is not among ours any more is gone, or somebody else's: either way there is nothing of ours to remove. */
    private static Plan notOurs(Turn turn, Effect effect) {
        IllegalStateException absent = new IllegalStateException(effect.target() + " is none of ours");
        return new Plan.Note(
                Journal.failed(
                        turn.state(),
                        Journal.Failing.of(effect, turn.state()),
                        new CloudFailure.NotFound("notFound", String.valueOf(absent.getMessage()), absent),
                        true,
                        turn.spec().generation(),
                        turn.now()),
                "NoneOfOurs");
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
