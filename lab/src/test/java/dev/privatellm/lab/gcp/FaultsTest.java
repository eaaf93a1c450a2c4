// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.gax.rpc.InternalException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.PermissionDeniedException;
import com.google.api.gax.rpc.UnavailableException;
import com.google.api.services.iam.v1.model.CreateServiceAccountRequest;
import com.google.cloud.compute.v1.InsertFirewallRequest;
import com.google.cloud.compute.v1.InsertInstanceRequest;
import com.google.cloud.compute.v1.InsertNetworkRequest;
import com.google.cloud.compute.v1.Network;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.kms.v1.KeyRing;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static GoogleCloud cloud;
    private static Clients clients;
    private static Lab lab;

    private final String name = Clients.newName();
    private final InsertInstanceRequest insert =
            Clients.insert(Clients.instance(ZONE, name, 8080), ZONE, UUID.randomUUID());

    @BeforeAll
    static void startCloud() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults()
                .withBoot(Duration.ZERO)
                .withLags(Lags.none())
                .withGuest(java.util.List.of("sleep", "300")));
        clients = new Clients(cloud);
        lab = new Lab(cloud);
    }

    @AfterAll
    static void closeCloud() throws IOException {
        clients.close();
        cloud.close();
    }

    @AfterEach
    void heal() {
        lab.send(lab.request("/_lab/faults").DELETE());
    }

    @Test
    void anErrorBeforeTheEffectLeavesNothing() {
        fault("{\"rpc\":\"Instances.Insert\",\"nth\":1,\"when\":\"before\",\"action\":\"error\",\"code\":\"503\"}");
        assertThatThrownBy(() -> clients.instances.insertCallable().call(insert))
                .isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> clients.get(ZONE, name)).isInstanceOf(NotFoundException.class);
        assertThat(clients.await(clients.instances.insertCallable().call(insert))
                        .hasError())
                .isFalse();
    }

    @Test
    void anErrorAfterTheEffectLeavesAMachineThatTheSameRequestIdFinds() {
        fault("{\"rpc\":\"compute.instances.insert\",\"nth\":1,\"when\":\"after\",\"code\":\"503\"}");
        assertThatThrownBy(() -> clients.instances.insertCallable().call(insert))
                .isInstanceOf(UnavailableException.class);
        assertThat(clients.get(ZONE, name).getName()).isEqualTo(name);
        Operation found = clients.instances.insertCallable().call(insert);
        assertThat(clients.await(found).hasError()).isFalse();
        assertThat(lab.bill(name)).hasSize(1);
    }

    @Test
    void aHangTakesTheAnswerButNotTheEffect() {
        fault("{\"rpc\":\"CreateSecret\",\"when\":\"after\",\"action\":\"hang\"}");
        assertThatThrownBy(() -> lab.send(lab.request("/v1/projects/" + PROJECT + "/secrets?secretId=" + name)
                        .header("Authorization", "Bearer " + cloud.token())
                        .timeout(Duration.ofMillis(300))
                        .POST(BodyPublishers.ofString("{\"replication\":{\"automatic\":{}}}"))))
                .hasCauseInstanceOf(HttpTimeoutException.class);
        assertThat(clients.secrets
                        .getSecret("projects/%s/secrets/%s".formatted(PROJECT, name))
                        .getName())
                .endsWith(name);
    }

    @Test
    @DisplayName("P6 aStockOutIsAnErrorInsideTheOperation: in its zone and for its type only, and nothing is billed")
    void aStockOutIsAnErrorInsideTheOperation() {
        fault("{\"zone\":\"%s\",\"machineType\":\"g2-standard-4\",\"code\":\"ZONE_RESOURCE_POOL_EXHAUSTED\"}"
                .formatted(ZONE));
        Operation done = clients.await(clients.instances.insertCallable().call(insert));
        assertThat(done.getHttpErrorStatusCode()).isEqualTo(503);
        assertThat(done.getError().getErrors(0).getCode()).isEqualTo("ZONE_RESOURCE_POOL_EXHAUSTED");
        assertThat(done.getError().getErrors(0).getMessage())
                .contains("does not have enough resources available to fulfill the request");
        assertThatThrownBy(() -> clients.get(ZONE, name)).isInstanceOf(NotFoundException.class);
        assertThat(lab.bill(name)).isEmpty();
        assertThat(clients.insert(Clients.instance("us-central1-b", name, 8080), "us-central1-b")
                        .hasError())
                .isFalse();
    }

    @Test
    void aMissingQuotaIsAnErrorInsideTheOperationToo() {
        fault("{\"rpc\":\"Instances.Insert\",\"code\":\"QUOTA_EXCEEDED\"}");
        Operation done = clients.await(clients.instances.insertCallable().call(insert));
        assertThat(done.getHttpErrorStatusCode()).isEqualTo(403);
        assertThat(done.getError().getErrors(0).getCode()).isEqualTo("QUOTA_EXCEEDED");
    }

    @Test
    void aMissingPermissionIsSaidByName() {
        fault("""
                {"rpc":"Firewalls.Insert","code":"forbidden","message":"Required 'compute.firewalls.create' permission for 'projects/rehearsal-1/global/firewalls/x'"}""");
        assertThatThrownBy(() -> clients.firewalls
                        .insertCallable()
                        .call(InsertFirewallRequest.newBuilder()
                                .setProject(PROJECT)
                                .setFirewallResource(Clients.rule(name, "127.0.0.1/32"))
                                .build()))
                .isInstanceOf(PermissionDeniedException.class)
                .hasMessageContaining("compute.firewalls.create");
        assertThat(lab.journal("Firewalls.Insert").getLast().path("result").asString())
                .isEqualTo("fault:BEFORE:ERROR:forbidden");
    }

    @Test
    void aFailedOperationOnARuleLeavesNoRule() {
        fault("{\"rpc\":\"Firewalls.Insert\",\"when\":\"operation\",\"code\":\"INTERNAL_ERROR\"}");
        Operation done = clients.await(clients.firewalls
                .insertCallable()
                .call(InsertFirewallRequest.newBuilder()
                        .setProject(PROJECT)
                        .setFirewallResource(Clients.rule(name, "127.0.0.1/32"))
                        .build()));
        assertThat(done.getHttpErrorStatusCode()).isEqualTo(500);
        assertThatThrownBy(() -> clients.firewalls.get(PROJECT, name + "-ingress"))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void aFailedOperationOnANetworkLeavesNoneAndNothingUnderWay() {
        fault("{\"rpc\":\"Networks.Insert\",\"nth\":1,\"when\":\"operation\",\"code\":\"INTERNAL_ERROR\"}");
        InsertNetworkRequest custom = InsertNetworkRequest.newBuilder()
                .setProject(PROJECT)
                .setNetworkResource(Network.newBuilder().setName(name).setAutoCreateSubnetworks(false))
                .build();
        Operation done = clients.await(clients.networks.insertCallable().call(custom));
        assertThat(done.getError().getErrors(0).getCode()).isEqualTo("INTERNAL_ERROR");
        assertThatThrownBy(() -> clients.networks.get(PROJECT, name)).isInstanceOf(NotFoundException.class);
        assertThat(clients.await(clients.networks.insertCallable().call(custom)).hasError())
                .isFalse();
    }

    @Test
    void anErrorAfterTheEffectLeavesAnAccountAndAKeyRing() throws IOException {
        fault("{\"rpc\":\"IAM.CreateServiceAccount\",\"when\":\"after\",\"code\":\"503\"}");
        fault("{\"rpc\":\"CreateKeyRing\",\"when\":\"after\",\"code\":\"500\"}");
        var accounts = clients.iam.projects().serviceAccounts();
        assertThatThrownBy(() -> accounts.create(
                                "projects/" + PROJECT, new CreateServiceAccountRequest().setAccountId(name))
                        .execute())
                .isInstanceOf(GoogleJsonResponseException.class)
                .hasMessageContaining("503");
        assertThat(accounts.get("projects/-/serviceAccounts/" + name + "@" + PROJECT + ".iam.gserviceaccount.com")
                        .execute()
                        .getProjectId())
                .isEqualTo(PROJECT);
        String location = "projects/" + PROJECT + "/locations/global";
        assertThatThrownBy(() -> clients.keys.createKeyRing(location, name, KeyRing.getDefaultInstance()))
                .isInstanceOf(InternalException.class);
        assertThat(clients.keys.getKeyRing(location + "/keyRings/" + name).getName())
                .endsWith(name);
    }

    @Test
    void aRuleWithAnUnknownWordIsRefused() {
        assertThat(lab.post("faults", "{\"rpc\":\"*\",\"colour\":\"red\"}").statusCode())
                .isEqualTo(400);
        assertThat(lab.post("faults", "{\"rpc\":\"*\",\"when\":\"never\"}").statusCode())
                .isEqualTo(400);
        assertThat(lab.get("faults")).isEmpty();
    }

    private static void fault(String rule) {
        assertThat(lab.post("faults", rule).statusCode()).isEqualTo(200);
    }
}
