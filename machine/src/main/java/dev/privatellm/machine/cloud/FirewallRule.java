// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Lets exactly the named addresses reach exactly one machine's port. Compared as a whole: a rule that differs in anything is another rule.
 *
 * @param name deterministic, {@code pllm-<id>-ingress}
 * @param network the network it belongs to, by name
 * @param sourceRanges single addresses as /32 or /128, 1 to {@value #MAX_SOURCES}, never a wider range
 * @param targetTag tag of the machine it opens
 * @param port TCP port
 * @param owner who made it and until when it may stand; empty for a rule whose description is not ours
 */
public record FirewallRule(
        String name,
        String network,
        SortedSet<String> sourceRanges,
        String targetTag,
        int port,
        Optional<Owner> owner) {

    /** More sources than this in one rule is a mistake somewhere, not a cluster. */
    public static final int MAX_SOURCES = 16;

    public FirewallRule {
        sourceRanges = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(sourceRanges));
    }

    /**
     * Travels in the rule's description, since rules have no labels.
     *
     * @param uid owner of the machine that the rule opens
     * @param cluster installation that made it
     * @param epoch leader term in which it was written
     * @param expiresAt moment after which any controller of the release may remove it
     */
    public record Owner(String uid, String cluster, long epoch, Instant expiresAt) {}
}
