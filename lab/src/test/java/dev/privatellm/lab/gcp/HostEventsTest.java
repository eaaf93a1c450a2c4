// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Scheduling;
import com.google.cloud.compute.v1.StartInstanceRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens to machines though nobody asked the API for it. */
class HostEventsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static GoogleCloud cloud;
    private static Clients clients;
    private static Lab lab;

    private final String name = Clients.newName();

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(
                GoogleCloudOptions.defaults().withBoot(Duration.ofMillis(500)).withGuest(List.of("sleep", "300")));
        clients = new Clients(cloud);
        lab = new Lab(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    private Instance standard(Scheduling.Builder scheduling) {
        return Clients.instance(ZONE, name, 8080).toBuilder()
                .setScheduling(scheduling.setProvisioningModel("STANDARD").setOnHostMaintenance("TERMINATE"))
                .build();
    }

    private void happens(String event) throws Exception {
        assertThat(lab.post(event, "{\"name\":\"%s\"}".formatted(name)).statusCode())
                .isEqualTo(200);
    }

    private void becomes(String status) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> clients.status(name).equals(status));
    }

    private List<String> operations() {
        List<String> types = new ArrayList<>();
        for (Operation operation : clients.zoneOperations.list(PROJECT, ZONE).iterateAll()) {
            if (operation.getTargetLink().endsWith("/" + name)) {
                types.add(operation.getOperationType());
            }
        }
        return types;
    }

    @Test
    void startsAStandardMachineAgainAfterMaintenance() throws Exception {
        clients.insert(standard(Scheduling.newBuilder()), ZONE);

        happens("maintain");

        assertThat(clients.status(name)).isEqualTo("STOPPING");
        becomes("RUNNING");
        assertThat(operations())
                .contains("compute.instances.terminateOnHostMaintenance", "compute.instances.automaticRestart");
    }

    @Test
    void leavesAMachineStoppedThatMustNotStartByItself() throws Exception {
        clients.insert(standard(Scheduling.newBuilder().setAutomaticRestart(false)), ZONE);

        happens("maintain");

        becomes("TERMINATED");
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> clients.status(name).equals("TERMINATED"));
        assertThat(operations()).doesNotContain("compute.instances.automaticRestart");
    }

    @Test
    void repairsTheHostOfAMachineAndStartsItAgain() throws Exception {
        clients.insert(standard(Scheduling.newBuilder()), ZONE);
        await().atMost(SOON).until(() -> lab.pid(name) > 0);
        long before = lab.pid(name);

        happens("break");

        assertThat(clients.status(name)).isEqualTo("REPAIRING");
        becomes("RUNNING");
        await().atMost(SOON).until(() -> lab.pid(name) > 0 && lab.pid(name) != before);
        assertThat(operations()).contains("compute.instances.hostError");
    }

    @Test
    void showsASpotMachineWhoseHostFailedAsTerminated() throws Exception {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);

        happens("break");

        becomes("TERMINATED");
        assertThat(lab.bill(name)).noneMatch(line -> line.path("to").isNull());
    }

    @Test
    void letsAMachineEndWhatItDoesBeforeItStops() throws Exception {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);

        happens("shutdown");

        assertThat(clients.status(name)).isEqualTo("PENDING_STOP");
        assertThatThrownBy(() -> clients.instances
                        .startCallable()
                        .call(StartInstanceRequest.newBuilder()
                                .setProject(PROJECT)
                                .setZone(ZONE)
                                .setInstance(name)
                                .build()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not ready");
        becomes("STOPPING");
        becomes("TERMINATED");
    }

    @Test
    void refusesEventsOfAMachineThatDoesNotRun() throws Exception {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        happens("kill");
        becomes("TERMINATED");

        for (String event : List.of("maintain", "break", "shutdown")) {
            assertThat(lab.post(event, "{\"name\":\"%s\"}".formatted(name)).statusCode())
                    .isEqualTo(400);
        }
    }
}
