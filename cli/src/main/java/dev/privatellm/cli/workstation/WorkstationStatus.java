// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.status.ResourceStatus;
import dev.privatellm.gateway.endpoint.GatewayStatus;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a workstation stands: its resource's status as a cluster would show it, and what its gateway does.
 *
 * @param resource {@code namespace/name}
 * @param url where the gateway listens
 * @param status empty before the first step has ended
 */
public record WorkstationStatus(
        int schema, String resource, String url, Optional<ResourceStatus> status, GatewayStatus gateway) {
    static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The resource's status with {@code gateway} beside it, as the control socket answers. */
    public ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("schema", schema).put("resource", resource).put("url", url);
        status.ifPresent(known -> json.setAll(JSON.<ObjectNode>valueToTree(known)));
        json.set("gateway", JSON.valueToTree(gateway));
        return json;
    }
}
