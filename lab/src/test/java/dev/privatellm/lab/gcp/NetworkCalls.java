// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.compute.v1.DeleteNetworkRequest;
import com.google.cloud.compute.v1.DeleteSubnetworkRequest;
import com.google.cloud.compute.v1.InsertFirewallRequest;
import com.google.cloud.compute.v1.InsertNetworkRequest;
import com.google.cloud.compute.v1.InsertSubnetworkRequest;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Subnetwork;
import java.util.UUID;

/** What is asked of one custom network, its subnetwork of the same name, and a rule in it; without the library's own waiting. */
record NetworkCalls(Clients clients, String name) {

    Network custom() {
        return Network.newBuilder()
                .setName(name)
                .setAutoCreateSubnetworks(false)
                .build();
    }

    Operation insert() {
        return insert(custom(), UUID.randomUUID());
    }

    Operation insert(Network network, UUID requestId) {
        return clients.networks
                .insertCallable()
                .call(InsertNetworkRequest.newBuilder()
                        .setProject(PROJECT)
                        .setNetworkResource(network)
                        .setRequestId(requestId.toString())
                        .build());
    }

    Operation delete() {
        return clients.networks
                .deleteCallable()
                .call(DeleteNetworkRequest.newBuilder()
                        .setProject(PROJECT)
                        .setNetwork(name)
                        .build());
    }

    Subnetwork subnet(String range) {
        return Subnetwork.newBuilder()
                .setName(name)
                .setNetwork("projects/" + PROJECT + "/global/networks/" + name)
                .setIpCidrRange(range)
                .setPrivateIpGoogleAccess(true)
                .build();
    }

    Operation insertSubnet(String range) {
        return insertSubnet(REGION, subnet(range));
    }

    Operation insertSubnet(String region, Subnetwork subnet) {
        return clients.subnetworks
                .insertCallable()
                .call(InsertSubnetworkRequest.newBuilder()
                        .setProject(PROJECT)
                        .setRegion(region)
                        .setSubnetworkResource(subnet)
                        .build());
    }

    Operation deleteSubnet() {
        return clients.subnetworks
                .deleteCallable()
                .call(DeleteSubnetworkRequest.newBuilder()
                        .setProject(PROJECT)
                        .setRegion(REGION)
                        .setSubnetwork(name)
                        .build());
    }

    Operation insertRule() {
        return clients.firewalls
                .insertCallable()
                .call(InsertFirewallRequest.newBuilder()
                        .setProject(PROJECT)
                        .setFirewallResource(
                                Clients.rule(name, "127.0.0.1/32").toBuilder().setNetwork("global/networks/" + name))
                        .build());
    }

    /** Waits for an operation that must succeed. */
    void done(Operation begun) {
        Operation done = clients.await(begun);
        assertThat(done.hasError()).as("%s", done).isFalse();
    }
}
