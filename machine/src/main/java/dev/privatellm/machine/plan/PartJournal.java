// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import java.time.Instant;

/** What becomes of the record when parts of the foundation come and go: with some of them others do. */
final class PartJournal {
    private PartJournal() {}

    /** The record once the cloud says that a part was made. */
    static PlanState made(PlanState state, PartId id, Instant now) {
        return emptied(state, id).with(new PartRecord(id, true, now));
    }

    /** The record once a part is known to be gone, or not to be ours. */
    static PlanState removed(PlanState state, PartId id) {
        PlanState without = emptied(state.forgetting(id), id);
        return id.kind() == PartId.Kind.SECRET
                ? without.forgettingParts(PartId.Kind.SECRET_ACCESS)
                        .with(state.trust().secretGone())
                : without;
    }

    /** The record without what lies in a bucket: a new one is empty, and of one that is gone nothing is left. */
    private static PlanState emptied(PlanState state, PartId id) {
        return id.kind() == PartId.Kind.BUCKET
                ? state.forgettingParts(PartId.Kind.ARCHIVE).forgettingParts(PartId.Kind.BUCKET_ACCESS)
                : state;
    }

    /**
     * The record once a part could not be made. One that a single region needs speaks against that region, and keeps nothing else waiting; a bucket that is not there
     * when something is to be put into it is looked for again.
     */
    static PlanState notMade(
            PlanState state, Journal.Failing what, RuntimeException failure, Setback setback, Instant now) {
        return what.intent()
                .flatMap(Intent::offering)
                .flatMap(offering -> Verdict.blockOfRegion(failure, offering, now))
                .map(block -> state.blocking(block, now))
                .orElseGet(() -> notMade(state.settingBack(setback), PartId.parse(what.target()), failure));
    }

    private static PlanState notMade(PlanState state, PartId id, RuntimeException failure) {
        boolean isInBucket = id.kind() == PartId.Kind.ARCHIVE || id.kind() == PartId.Kind.BUCKET_ACCESS;
        return failure instanceof CloudFailure.NotFound && isInBucket
                ? state.forgettingParts(PartId.Kind.BUCKET)
                : state;
    }

    /** The record once a version of the key was destroyed: what is paid for it is counted anew. */
    static PlanState keyVersionDestroyed(PlanState state, Instant now) {
        return state.withHoldings(state.holdings().stream()
                .map(held -> held.kind() == Holding.Kind.KEY && held.until().isEmpty() ? held.ended(now) : held)
                .toList());
    }

    /** The record once a bundle could not be sealed: the key is looked at again, which may need a new version. */
    static PlanState notSealed(PlanState state, RuntimeException failure) {
        return failure instanceof CloudFailure.KeyDisabled
                ? KeyPlan.forgotten(state).with(state.trust().unensured())
                : state;
    }
}
