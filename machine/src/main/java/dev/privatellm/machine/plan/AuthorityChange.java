// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * The change from one authority to another that is under way.
 *
 * @param request what asked for it: a request by hand, or {@link #EXPIRING}
 * @param compromised whether the old authority is not to be trusted for a moment longer
 * @param since when it was noted
 * @param successor SHA-256 of the new authority's certificate; empty until there is one
 */
public record AuthorityChange(String request, boolean compromised, Instant since, Optional<String> successor) {
    /** Nobody asked: the authority comes to its end. */
    static final String EXPIRING = "AuthorityExpiring";

    /** What is to be done next, as the record of the certificates in use shows it. */
    public enum Step {
        /** The new authority is to be made. */
        MAKE,
        /** Both sides are to trust both. */
        TRUST_BOTH,
        /** All leaves are to be issued by the new one. */
        REISSUE,
        /** Both sides are to trust the new one alone. */
        DROP_OLD,
        /** The old one's key is to be destroyed. */
        COMPLETE
    }

    /** The next step, given what both sides use now. */
    Step next(Optional<Certificates> inUse) {
        if (successor.isEmpty()) {
            return Step.MAKE;
        }
        if (inUse.isEmpty()) {
            return Step.COMPLETE;
        }
        boolean isIssued = inUse.get().authority().equals(successor.get());
        Optional<String> also = inUse.get().alsoTrusted();
        if (isIssued) {
            return also.isEmpty() ? Step.COMPLETE : Step.DROP_OLD;
        }
        return also.equals(successor) ? Step.REISSUE : Step.TRUST_BOTH;
    }

    /** The same for another request: one that says that the old authority was stolen begins anew. */
    AuthorityChange askedAgain(String another, boolean isCompromised, Instant now) {
        return isCompromised
                ? new AuthorityChange(another, true, now, Optional.empty())
                : new AuthorityChange(another, compromised, since, successor);
    }

    AuthorityChange made(String newAuthority) {
        return new AuthorityChange(request, compromised, since, Optional.of(newAuthority));
    }
}
