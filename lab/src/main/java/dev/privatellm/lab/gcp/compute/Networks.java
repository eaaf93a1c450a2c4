// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.GetNetworkRequest;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.NetworkRoutingConfig;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.RestService;

/** Networks: every project has the one called {@code default}, without the rules that let others in. */
final class Networks {

    static final String DEFAULT = "default";
    private static final long ID = 4_211_000_000_000_000_001L;

    private Networks() {}

    static void bind(RestService service) {
        service.on("Networks.Get", GetNetworkRequest.getDefaultInstance(), (_, request) -> {
            String path = Links.global(request.getProject(), "networks", request.getNetwork());
            if (!request.getNetwork().equals(DEFAULT)) {
                throw ApiError.notFound(path);
            }
            return Network.newBuilder()
                    .setKind("compute#network")
                    .setId(ID)
                    .setName(DEFAULT)
                    .setDescription("Default network for the project")
                    .setSelfLink(Links.self(path))
                    .setAutoCreateSubnetworks(true)
                    .setRoutingConfig(NetworkRoutingConfig.newBuilder().setRoutingMode("REGIONAL"))
                    .build();
        });
    }

    /** Name of the network that a link means; without one it is the default. */
    static String nameOf(String link) {
        return link.isEmpty() ? DEFAULT : link.substring(link.lastIndexOf('/') + 1);
    }

    /** Refuses a link to a network that is not there. */
    static void check(String field, String link) {
        if (!link.isEmpty() && !Links.nameOf(field, link, "global/networks/").equals(DEFAULT)) {
            throw ApiError.invalidField(field, link, "The referenced network resource cannot be found.");
        }
    }
}
