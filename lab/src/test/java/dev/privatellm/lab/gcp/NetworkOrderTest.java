// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.REGION;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.compute.v1.Operation;
import java.io.IOException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NetworkOrderTest {

    /** Makes operations so long that a second call meets the first half-way. */
    private static final Duration SLOW = Duration.ofMinutes(5);

    @Test
    void doesOneThingAtATimeToANetwork() throws IOException {
        try (GoogleCloud cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withBoot(SLOW));
                Clients clients = new Clients(cloud)) {
            NetworkCalls network = new NetworkCalls(clients, Clients.newName());
            warmUp(network);
            Operation made = network.insert();
            notReady(() -> network.insertSubnet("10.10.0.0/24"));
            notReady(network::delete);
            notReady(network::insertRule);
            network.done(made);
            Operation subnet = network.insertSubnet("10.10.0.0/24");
            notReady(() -> network.insertSubnet("europe-west4", network.subnet("10.11.0.0/24")));
            notReady(network::deleteSubnet);
            notReady(network::delete);
            network.done(subnet);
            network.done(network.deleteSubnet());
            assertThatThrownBy(() -> clients.subnetworks.get(PROJECT, REGION, network.name()))
                    .isInstanceOf(NotFoundException.class);
            network.done(network.delete());
            assertThatThrownBy(() -> clients.networks.get(PROJECT, network.name()))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(network::delete).isInstanceOf(NotFoundException.class);
        }
    }

    /** Has the libraries loaded before time counts. */
    private static void warmUp(NetworkCalls network) {
        assertThatThrownBy(() -> network.insertSubnet("10.10.0.0/24")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(network::delete).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(network::insertRule).isInstanceOf(InvalidArgumentException.class);
    }

    private static void notReady(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("is not ready");
    }
}
