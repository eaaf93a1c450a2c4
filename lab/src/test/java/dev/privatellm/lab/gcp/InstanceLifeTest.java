// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.compute.v1.AggregatedListInstancesRequest;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.InstancesScopedList;
import com.google.cloud.compute.v1.Items;
import com.google.cloud.compute.v1.Metadata;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.Operation.Status;
import com.google.cloud.compute.v1.Scheduling;
import com.google.cloud.compute.v1.SetMetadataInstanceRequest;
import com.google.cloud.compute.v1.SetSchedulingInstanceRequest;
import com.google.cloud.compute.v1.StartInstanceRequest;
import com.google.cloud.compute.v1.StopInstanceRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InstanceLifeTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static GoogleCloud cloud;
    private static Clients clients;
    private static Lab lab;

    private final String name = Clients.newName();

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(options());
        clients = new Clients(cloud);
        lab = new Lab(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    private static GoogleCloudOptions options() {
        return GoogleCloudOptions.defaults().withBoot(Duration.ofSeconds(1)).withGuest(List.of("sleep", "300"));
    }

    @Test
    void goesFromInsertThroughAllStatusWordsToNothing() throws Exception {
        List<String> seen = new ArrayList<>();
        Operation begun = clients.instances
                .insertCallable()
                .call(Clients.insert(Clients.instance(ZONE, name, 8080), ZONE, UUID.randomUUID()));
        assertThat(begun.getStatus()).isEqualTo(Status.PENDING);
        observeUntil("RUNNING", seen);
        Operation done = clients.await(begun);
        assertThat(done.getStatus()).isEqualTo(Status.DONE);
        assertThat(done.getHttpErrorStatusCode()).isZero();
        Instance running = clients.get(ZONE, name);
        assertThat(running.getNetworkInterfaces(0).getNetworkIP()).startsWith("127.");
        assertThat(running.getNetworkInterfaces(0).getAccessConfigs(0).getNatIP())
                .startsWith("127.");

        clients.instances.stopCallable().call(stop());
        observeUntil("TERMINATED", seen);
        assertThat(clients.get(ZONE, name)
                        .getNetworkInterfaces(0)
                        .getAccessConfigs(0)
                        .hasNatIP())
                .isFalse();
        clients.instances.startAsync(PROJECT, ZONE, name).get();
        observeUntil("RUNNING", seen);

        clients.instances.deleteAsync(PROJECT, ZONE, name).get();
        assertThatThrownBy(() -> clients.get(ZONE, name)).isInstanceOf(NotFoundException.class);
        assertThat(seen).containsExactly("PROVISIONING", "STAGING", "RUNNING", "STOPPING", "TERMINATED", "RUNNING");
        assertThat(lab.bill(name)).hasSize(2).allSatisfy(line -> {
            assertThat(line.path("to").isNull()).isFalse();
            assertThat(line.path("cost").asDouble()).isPositive();
        });
    }

    @Test
    @DisplayName("C11 refusesAStartWhileStopping: resourceNotReady until TERMINATED")
    void refusesAStartWhileStopping() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        clients.instances.stopCallable().call(stop());
        assertThat(clients.status(name)).isEqualTo("STOPPING");
        assertThatThrownBy(() -> clients.instances.startCallable().call(start()))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("not ready");
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
        // It moves on by itself: what counts is that it was taken.
        assertThat(clients.instances.startCallable().call(start()).getStatus()).isIn(Status.PENDING, Status.RUNNING);
    }

    @Test
    @DisplayName("C14 theStopOperationEndsBeforeTheMachineIsDown: only the status word says TERMINATED")
    void theStopOperationEndsBeforeTheMachineIsDown() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        clients.await(clients.instances.stopCallable().call(stop()));
        assertThat(clients.status(name)).isEqualTo("STOPPING");
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
    }

    @Test
    @DisplayName("C10 allowsOneNameInTwoZones: so a lost answer and a fail-over could be two bills")
    void allowsOneNameInTwoZones() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        clients.insert(Clients.instance("us-central1-b", name, 8080), "us-central1-b");
        assertThatThrownBy(() -> clients.insert(Clients.instance(ZONE, name, 8080), ZONE))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getStatusCode().getTransportCode()).isEqualTo(409))
                .hasMessageContaining("already exists");
        await().atMost(SOON).until(() -> owned().size() == 2);
        assertThat(lab.bill(name)).hasSize(2).allMatch(line -> line.path("to").isNull());
    }

    @Test
    void saysInAWarningThatAZoneHasNoResults() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        await().atMost(SOON).until(() -> owned().size() == 1);
        for (Map.Entry<String, InstancesScopedList> scope : aggregated()) {
            boolean ours = scope.getKey().equals("zones/" + ZONE);
            assertThat(scope.getValue().getInstancesCount()).isEqualTo(ours ? 1 : 0);
            assertThat(scope.getValue().getWarning().getCode()).isEqualTo(ours ? "" : "NO_RESULTS_ON_PAGE");
        }
    }

    @Test
    void replaysARequestIdInsteadOfActingTwice() {
        UUID id = UUID.randomUUID();
        var request = Clients.insert(Clients.instance(ZONE, name, 8080), ZONE, id);
        Operation first = clients.instances.insertCallable().call(request);
        Operation again = clients.instances.insertCallable().call(request);
        assertThat(again.getName()).isEqualTo(first.getName());
        assertThat(again.getClientOperationId()).isEqualTo(id.toString());
        clients.await(first);
        clients.instances.stopCallable().call(stop());
        Operation late = clients.instances.insertCallable().call(request);
        assertThat(late.getName()).isEqualTo(first.getName());
        assertThat(late.getStatus()).isEqualTo(Status.DONE);
        assertThat(lab.bill(name)).hasSize(1);
    }

    @Test
    void endsTheInsertOfAMachineThatIsStoppedOnItsWayUp() {
        Operation insert = clients.instances
                .insertCallable()
                .call(Clients.insert(Clients.instance(ZONE, name, 8080), ZONE, UUID.randomUUID()));
        clients.instances.stopCallable().call(stop());
        assertThat(clients.await(insert).getError().getErrors(0).getCode()).isEqualTo("OPERATION_CANCELED_BY_USER");
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
        assertThat(lab.bill(name)).hasSize(1).noneMatch(line -> line.path("to").isNull());
    }

    @Test
    void takesMetadataOnlyWithTheCurrentFingerprint() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        Metadata old = clients.get(ZONE, name).getMetadata();
        Metadata changed = old.toBuilder()
                .addItems(Items.newBuilder().setKey("color").setValue("blue"))
                .build();
        clients.await(clients.instances.setMetadataCallable().call(setMetadata(changed)));
        assertThat(clients.get(ZONE, name).getMetadata().getItemsList())
                .extracting(Items::getKey)
                .containsExactly("pllm-config", "color");
        assertThatThrownBy(() -> clients.instances.setMetadataCallable().call(setMetadata(changed)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("fingerprint");
    }

    @Test
    void showsAMachineWhoseSoftwareEndedAsTerminated() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        await().atMost(SOON).until(() -> lab.pid(name) > 0);
        ProcessHandle.of(lab.pid(name)).orElseThrow().destroyForcibly();
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
        assertThat(lab.bill(name)).noneMatch(line -> line.path("to").isNull());
    }

    @Test
    void takesBackASpotMachineAfterANotice() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        assertThat(lab.post("preempt", "{\"name\":\"%s\"}".formatted(name)).statusCode())
                .isEqualTo(200);
        assertThat(clients.status(name)).isEqualTo("STOPPING");
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
        assertThat(clients.zoneOperations.list(PROJECT, ZONE).iterateAll())
                .extracting(Operation::getOperationType)
                .contains("compute.instances.preempted");
    }

    @Test
    void leavesNoProcessWhenItCloses() throws IOException {
        long pid;
        try (GoogleCloud other = GoogleCloud.start(options());
                Clients its = new Clients(other)) {
            its.insert(Clients.instance(ZONE, name, 8080), ZONE);
            Lab itsLab = new Lab(other);
            await().atMost(SOON).until(() -> itsLab.pid(name) > 0);
            pid = itsLab.pid(name);
        }
        await().atMost(SOON)
                .until(() ->
                        ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
    }

    private void observeUntil(String last, List<String> seen) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(15)).until(() -> {
            String status = clients.status(name);
            if ((seen.isEmpty() || !seen.getLast().equals(status)) && (last.equals(status) || !second(seen))) {
                seen.add(status);
            }
            return status.equals(last);
        });
    }

    /** On the second way up only its end is noted. */
    private static boolean second(List<String> seen) {
        return seen.contains("TERMINATED");
    }

    private Iterable<Map.Entry<String, InstancesScopedList>> aggregated() {
        return clients.instances
                .aggregatedList(AggregatedListInstancesRequest.newBuilder()
                        .setProject(PROJECT)
                        .setFilter("labels.pllm-owner = \"" + name + "\"")
                        .setReturnPartialSuccess(false)
                        .build())
                .iterateAll();
    }

    private List<Instance> owned() {
        List<Instance> all = new ArrayList<>();
        aggregated().forEach(scope -> all.addAll(scope.getValue().getInstancesList()));
        return all;
    }

    @Test
    @DisplayName("how an instance runs is set without power only, and how it is bought never")
    void reschedulesAtRestOnly() {
        clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
        Scheduling.Builder shorter = Scheduling.newBuilder()
                .setMaxRunDuration(
                        com.google.cloud.compute.v1.Duration.newBuilder().setSeconds(7200));
        refuses(shorter, "not ready");
        clients.instances.stopCallable().call(stop());
        await().atMost(SOON).until(() -> clients.status(name).equals("TERMINATED"));
        Scheduling before = clients.get(ZONE, name).getScheduling();
        refuses(Scheduling.newBuilder().setProvisioningModel("STANDARD"), "provisioning model");
        refuses(Scheduling.newBuilder().setOnHostMaintenance("MIGRATE"), "live migration");

        clients.await(clients.instances.setSchedulingCallable().call(schedule(shorter)));

        assertThat(clients.get(ZONE, name).getScheduling())
                .isEqualTo(before.toBuilder().mergeFrom(shorter.build()).build());
    }

    private void refuses(Scheduling.Builder scheduling, String why) {
        assertThatThrownBy(() -> clients.instances.setSchedulingCallable().call(schedule(scheduling)))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(why);
    }

    private SetSchedulingInstanceRequest schedule(Scheduling.Builder scheduling) {
        return SetSchedulingInstanceRequest.newBuilder()
                .setProject(PROJECT)
                .setZone(ZONE)
                .setInstance(name)
                .setSchedulingResource(scheduling)
                .build();
    }

    private StopInstanceRequest stop() {
        return StopInstanceRequest.newBuilder()
                .setProject(PROJECT)
                .setZone(ZONE)
                .setInstance(name)
                .setRequestId(UUID.randomUUID().toString())
                .setDiscardLocalSsd(true)
                .build();
    }

    private StartInstanceRequest start() {
        return StartInstanceRequest.newBuilder()
                .setProject(PROJECT)
                .setZone(ZONE)
                .setInstance(name)
                .build();
    }

    private SetMetadataInstanceRequest setMetadata(Metadata metadata) {
        return SetMetadataInstanceRequest.newBuilder()
                .setProject(PROJECT)
                .setZone(ZONE)
                .setInstance(name)
                .setMetadataResource(metadata)
                .build();
    }
}
