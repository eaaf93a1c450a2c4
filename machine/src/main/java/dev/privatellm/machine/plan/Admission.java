// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.FirewallRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whom a rule admits: what the specification lists, else the controller's own addresses and those of every gateway that reports some now. One that reports no
 * more is admitted no more.
 */
final class Admission {
    private static final String REASON = "EgressUnknown";

    private Admission() {}

    /** Single addresses as ranges; empty if they are not known, are nobody's, or are more than a rule may hold. */
    static Optional<SortedSet<String>> of(Turn turn) {
        return addresses(turn)
                .map(Admission::ranges)
                .filter(ranges -> !ranges.isEmpty() && ranges.size() <= FirewallRule.MAX_SOURCES);
    }

    /**
     * Waits because there is nobody to admit, or nobody knows whom.
     *
     * @param period until another look
     */
    static Optional<Plan> unknown(Turn turn, Duration period) {
        boolean isListed = !turn.spec().sourceRanges().isEmpty();
        if (!isListed && turn.seen().egress() instanceof Look.Failed<?>(RuntimeException failure, Instant at)) {
            return turn.cannotSee(failure, at);
        }
        Instant again = turn.now().plus(period);
        return addresses(turn).map(known -> {
            int count = ranges(known).size();
            return count == 0
                    ? wait(
                            "NO_IPV4",
                            "machines are reached by IPv4, and we come from %s only (expected: a way out by IPv4, or one of yours in spec.network.sourceRanges)"
                                    .formatted(String.join(", ", known)),
                            again)
                    : wait(
                            "TOO_MANY_SOURCES",
                            "controller and gateways come from %d addresses (expected: at most %d; fewer ways out, or those that count in spec.network.sourceRanges)"
                                    .formatted(count, FirewallRule.MAX_SOURCES),
                            again);
        });
    }

    private static Plan wait(String code, String message, Instant again) {
        return new Plan.Wait(again, REASON, Optional.of(new Plan.Trouble(REASON, code, message, Optional.of(again))));
    }

    private static Optional<SortedSet<String>> addresses(Turn turn) {
        if (!turn.spec().sourceRanges().isEmpty()) {
            return Optional.of(turn.spec().sourceRanges());
        }
        if (!(turn.seen().egress() instanceof Look.Seen<SortedSet<String>>(SortedSet<String> own, Instant _))) {
            return Optional.empty();
        }
        SortedSet<String> all = new TreeSet<>(own);
        all.addAll(turn.facts().gatewayEgress());
        return Optional.of(all);
    }

    /** Those of IPv4, since a machine has no other address: whoever has both comes by IPv4, too. */
    private static SortedSet<String> ranges(SortedSet<String> addresses) {
        return addresses.stream()
                .filter(address -> !address.contains(":"))
                .map(address -> address.contains("/") ? address : address + "/32")
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
