// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CryptoKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Versions of the key of our own. Each is paid for as long as it is kept, and the cloud adds one with every rotation: those that nothing was sealed with any
 * more are destroyed, one per step, and all of them when the key is to go. What any secret still needs is never touched.
 */
final class KeyPlan {
    private static final Duration PERIOD = Duration.ofDays(1);
    private static final Duration REMOVAL_PERIOD = Duration.ofSeconds(1);

    private KeyPlan() {}

    /** After the first rotation: whether an old version can go. */
    static Optional<Plan> plan(Turn turn) {
        Optional<PartRecord> key = onRecord(turn).filter(PartRecord::isSeen);
        Instant rotated = turn.state().holdings().stream()
                .filter(held -> held.kind() == Holding.Kind.KEY)
                .map(Holding::since)
                .min(Instant::compareTo)
                .orElse(turn.now())
                .plus(Witness.KEY_ROTATION);
        if (key.isEmpty() || !turn.state().trust().swept() || turn.now().isBefore(rotated)) {
            return Optional.empty();
        }
        if (turn.isDue(turn.seen().keyVersions(), PERIOD)) {
            return Turn.ask(new Question.KeyVersions(key(turn)));
        }
        return switch (turn.seen().keyVersions()) {
            case Look.Never<KeyVersions> _ -> Optional.empty();
            // It costs a dollar a month, and is tried again: no trouble for anybody who waits for an answer.
            case Look.Failed<KeyVersions>(RuntimeException failure, Instant at) ->
                Turn.unseen(failure, at, "KeyVersionsUnseen");
            case Look.Seen<KeyVersions>(KeyVersions versions, Instant at) ->
                versions.superfluous()
                        .map(old -> turn.act(new Effect.DestroyKeyVersion(old)))
                        .orElseGet(() -> Turn.waitUntil(at.plus(PERIOD), "KeyVersionsNeeded"));
        };
    }

    /** Once nothing else is left: all versions, unless others of the installation have secrets that were sealed with one. */
    static Optional<Plan> removal(Turn turn) {
        Optional<PartRecord> key = onRecord(turn);
        if (key.isEmpty() || !turn.spec().policies().removesKey(turn.facts().requests())) {
            return Optional.empty();
        }
        if (turn.isDue(turn.seen().keyVersions(), REMOVAL_PERIOD)) {
            return Turn.ask(new Question.KeyVersions(key(turn)));
        }
        return switch (turn.seen().keyVersions()) {
            case Look.Never<KeyVersions> _ -> Optional.empty();
            case Look.Failed<KeyVersions>(RuntimeException failure, Instant at) -> turn.cannotSee(failure, at);
            case Look.Seen<KeyVersions>(KeyVersions versions, Instant _) ->
                versions.needed().isEmpty() && !versions.kept().isEmpty()
                        ? turn.act(new Effect.DestroyKeyVersion(versions.kept().getFirst()))
                        : Turn.note(
                                forgotten(turn.state()),
                                versions.kept().isEmpty() ? "KeyVersionsDestroyed" : "UsedByOthers");
        };
    }

    private static Optional<PartRecord> onRecord(Turn turn) {
        return turn.state().parts().stream()
                .filter(part -> part.id().kind() == PartId.Kind.KEY)
                .findFirst();
    }

    private static CryptoKey key(Turn turn) {
        return Parts.sharedKey(turn.spec());
    }

    /** The record without the key: whoever needs it again looks whether it encrypts. */
    static PlanState forgotten(PlanState state) {
        return state.forgettingParts(PartId.Kind.KEY).forgettingParts(PartId.Kind.KEY_USE);
    }
}
