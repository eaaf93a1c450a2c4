// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.FirewallRule;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The small JSON by which a rule tells whose it is, since rules have no labels: {@code {owner, cluster, epoch, expiresAt}}. */
final class RuleDescription {
    private static final JsonMapper JSON = JsonMapper.shared();

    private RuleDescription() {}

    static String write(FirewallRule.Owner owner) {
        return JSON.createObjectNode()
                .put("owner", owner.uid())
                .put("cluster", owner.cluster())
                .put("epoch", owner.epoch())
                .put("expiresAt", owner.expiresAt().toString())
                .toString();
    }

    /** Empty for anything that we did not write ourselves, text of people included. */
    static Optional<FirewallRule.Owner> read(String description) {
        try {
            JsonNode node = JSON.readTree(description);
            JsonNode owner = node.path("owner");
            JsonNode cluster = node.path("cluster");
            JsonNode epoch = node.path("epoch");
            JsonNode expiresAt = node.path("expiresAt");
            if (!owner.isString() || !cluster.isString() || !epoch.isIntegralNumber() || !expiresAt.isString()) {
                return Optional.empty();
            }
            return Optional.of(new FirewallRule.Owner(
                    owner.stringValue(),
                    cluster.stringValue(),
                    epoch.longValue(),
                    Instant.parse(expiresAt.stringValue())));
        } catch (JacksonException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
