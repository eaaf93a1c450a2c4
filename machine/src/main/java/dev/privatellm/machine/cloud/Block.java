// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;
import java.util.Optional;

/**
 * Offerings that are not worth trying for a while, because the cloud refused one of them.
 *
 * @param refused the offering that was refused
 * @param scope how much else the refusal speaks for
 * @param reason one word of the reasons' table
 * @param code the vendor's own word
 * @param since when it was refused
 * @param until when it may be tried again
 * @param detail what people should know besides; absent in records that were written before there was one
 */
public record Block(
        Offering refused,
        Scope scope,
        String reason,
        String code,
        Instant since,
        Instant until,
        Optional<String> detail) {

    public Block {
        detail = detail == null ? Optional.empty() : detail;
    }

    /** One of which its code says everything. */
    public Block(Offering refused, Scope scope, String reason, String code, Instant since, Instant until) {
        this(refused, scope, reason, code, since, until, Optional.empty());
    }

    /** How much a refusal speaks for, from one offering to everything. */
    public enum Scope {
        OFFERING,
        ZONE,
        /** What shares a quota with it: the same family, bought the same way, in the same region. */
        REGION,
        /** Whatever is sold in the region: something that every machine there needs is missing. */
        WHOLE_REGION,
        /** Everything that is bought the same way. */
        PROVISIONING,
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
            case REGION ->
                offering.zone().region().equals(refused.zone().region())
                        && offering.provisioning() == refused.provisioning()
                        && MachineType.family(offering.machineType()).equals(MachineType.family(refused.machineType()));
            case WHOLE_REGION -> offering.zone().region().equals(refused.zone().region());
            case PROVISIONING -> offering.provisioning() == refused.provisioning();
            case PROJECT -> true;
        };
    }

    @Override
    public String toString() {
        return "%s: %s until %s".formatted(refused, code, until);
    }
}
