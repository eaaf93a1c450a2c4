// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.Network;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The small JSON by which a network tells whose it is, since networks have no labels: {@code {managedBy, cluster}}. */
final class NetworkDescription {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String US = "private-llm";

    private NetworkDescription() {}

    static String write(Network.Owner owner) {
        return JSON.createObjectNode()
                .put("managedBy", US)
                .put("cluster", owner.cluster())
                .toString();
    }

    /** Empty for anything that we did not write ourselves, text of people included. */
    static Optional<Network.Owner> read(String description) {
        try {
            JsonNode node = JSON.readTree(description);
            JsonNode cluster = node.path("cluster");
            return node.path("managedBy").asString("").equals(US) && cluster.isString()
                    ? Optional.of(new Network.Owner(cluster.stringValue()))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
