// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;

/**
 * Offerings that are not worth trying for a while, because the cloud refused one of them.
 *
 * @param refused the offering that was refused
 * @param scope how much else the refusal speaks for
 * @param reason one word of the reasons' table
 * @param code the vendor's own word
 * @param since when it was refused
 * @param until when it may be tried again
 */
public record Block(Offering refused, Scope scope, String reason, String code, Instant since, Instant until) {

    /** How much a refusal speaks for, from one offering to everything. */
    public enum Scope {
        OFFERING,
        ZONE,
        REGION,
        PROJECT
    }

    /** Whether this offering should be left alone at this moment. */
    public boolean holds(Offering offering, Instant now) {
        return now.isBefore(until) && covers(offering);
    }

    private boolean covers(Offering offering) {
        return switch (scope) {
            case OFFERING -> offering.equals(refused);
            case ZONE -> offering.zone().equals(refused.zone());
            case REGION -> offering.zone().region().equals(refused.zone().region());
            case PROJECT -> true;
        };
    }

    @Override
    public String toString() {
        return "%s: %s until %s".formatted(refused, code, until);
    }
}
