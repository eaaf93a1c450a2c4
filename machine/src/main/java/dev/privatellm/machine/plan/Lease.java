// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.LabelTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Who has claimed a machine and until when, as its labels say. It stands beside the owner label, which says of which resource a machine is: two controllers
 * with the same record, such as a copied state folder or a second cluster with the same documents, are the same owner and two holders.
 *
 * @param holder one controller, the same over its restarts; lower-case letters, digits and hyphens
 */
record Lease(String holder, Instant until) {
    /** As Config Connector has it (https://cloud.google.com/config-connector/docs/concepts/managing-conflicts). */
    static final Duration LIFETIME = Duration.ofMinutes(40);

    static final Duration RENEW_BEFORE_END = Duration.ofMinutes(20);

    /** What the labels say; empty if nobody has claimed it in a form that we know. */
    static Optional<Lease> of(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(LabelTime.HOLDER))
                .flatMap(holder -> Optional.ofNullable(labels.get(LabelTime.LEASE))
                        .flatMap(LabelTime::read)
                        .map(until -> new Lease(holder, until)));
    }

    static Lease from(String holder, Instant now) {
        return new Lease(holder, now.plus(LIFETIME));
    }

    Map<String, String> labels() {
        return Map.of(LabelTime.HOLDER, holder, LabelTime.LEASE, LabelTime.write(until));
    }

    boolean isBy(String someone) {
        return holder.equals(someone);
    }

    /** Whether it still holds against everybody else. */
    boolean holds(Instant now) {
        return now.isBefore(until);
    }
}
