// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.sweep;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a controller that runs does about one machine, after {@link SweepPolicy} has said whether anybody answers for it. Nobody is there to be asked, so two
 * proofs are needed, at least {@link #PROOFS_APART} apart: the first leaves a mark on the machine, which says to everybody since when it is taken for left over.
 * An old mark alone proves nothing: whoever removes has seen the machine so in his last pass, too.
 */
public final class OrphanPolicy {
    public static final Duration PROOFS_APART = Duration.ofMinutes(10);

    /** What becomes of it now. */
    public enum Verdict {
        MARK,
        /** It is marked, and not for long enough, or not proved a second time. */
        WAIT,
        REMOVE
    }

    private OrphanPolicy() {}

    /** The moment for which {@link SweepPolicy} is asked what to mark: what nobody will answer for when the second proof may be had, if nothing changes. */
    public static Instant ofSecondProof(Instant now) {
        return now.plus(PROOFS_APART);
    }

    /**
     * Decides about a machine that will be left over when the second proof may be had.
     *
     * @param present what is found of it now
     * @param mark since when it is marked; empty if it is not
     * @param wasSo whether this controller found it so in its last pass, too
     */
    public static Verdict decide(Finding present, Optional<Instant> mark, boolean wasSo, Instant now) {
        if (mark.isEmpty() || mark.get().isAfter(now)) {
            return Verdict.MARK;
        }
        boolean isOldEnough = !now.isBefore(ofSecondProof(mark.get()));
        return wasSo && isOldEnough && present.isRemovable() ? Verdict.REMOVE : Verdict.WAIT;
    }
}
