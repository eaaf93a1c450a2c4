// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static dev.privatellm.lab.gcp.Clients.PROJECT;
import static dev.privatellm.lab.gcp.Clients.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.cloud.compute.v1.Instance;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Replication.Automatic;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineRightsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final String name = Clients.newName();

    @Test
    void aMachineReadsTheSecretThatItsMetadataNamesAndNothingElse() throws IOException {
        try (GoogleCloud cloud = start(ProbeGuest.command());
                Clients clients = new Clients(cloud)) {
            secret(clients, name + "-bundle");
            secret(clients, name + "-other");
            clients.insert(Clients.instance(ZONE, name, 8080), ZONE);
            await().atMost(SOON).until(() -> serial(clients).contains("probed"));
            assertThat(serial(clients).lines())
                    .contains(
                            "token=found",
                            "own=200",
                            "other=403",
                            "list=403",
                            "compute=403",
                            "accounts=403",
                            "keys=403",
                            "environment=clean",
                            "flavourless=403");
        }
    }

    @Test
    void aMachineWithAnAccountOfItsOwnReadsWhatItWasGranted() throws IOException {
        try (GoogleCloud cloud = start(ProbeGuest.command());
                Clients clients = new Clients(cloud)) {
            Lab lab = new Lab(cloud);
            String account = clients.account("model-machine");
            String secret = secret(clients, name + "-bundle");
            secret(clients, name + "-other");
            Instance machine = Clients.instance(ZONE, name, 8080);
            clients.insert(
                    machine.toBuilder()
                            .setServiceAccounts(
                                    0, machine.getServiceAccounts(0).toBuilder().setEmail(account))
                            .build(),
                    ZONE);
            await().atMost(SOON)
                    .until(() -> lab.journal("SecretManagerService.AccessSecretVersion").stream()
                            .anyMatch(line -> line.path("caller").asString().equals(account)
                                    && line.path("status").asInt() == 403));
            assertThat(serial(clients)).doesNotContain("own=");
            clients.grant(secret, "serviceAccount:" + account);
            await().atMost(SOON).until(() -> serial(clients).contains("probed"));
            assertThat(serial(clients).lines()).contains("own=200", "other=403", "list=403", "compute=403");
        }
    }

    @Test
    void theRealGuestFetchesItsBundleAsTheMachineItIs() throws IOException {
        try (GoogleCloud cloud = start(List.of());
                Clients clients = new Clients(cloud)) {
            Lab lab = new Lab(cloud);
            secret(clients, name + "-bundle");
            clients.insert(Clients.instance(ZONE, name, """
                            {"schema":1,"uid":"u","configHash":"c","secretVersion":"projects/%s/secrets/%s-bundle/versions/1","port":8080,\
                            "engine":{"url":"http://127.0.0.1:11434","env":{}},"model":{"name":"qwen3:8b","extra":[],"contextLength":4096},\
                            "deadManSeconds":900,"firstBootGraceSeconds":1800,"csrNonce":""}""".formatted(PROJECT, name)), ZONE);
            await().atMost(SOON)
                    .until(() -> lab.journal("SecretManagerService.AccessSecretVersion").stream()
                            .anyMatch(line ->
                                    line.path("caller").asString().endsWith("-compute@developer.gserviceaccount.com")
                                            && line.path("status").asInt() == 200));
        }
    }

    private static GoogleCloud start(List<String> guest) throws IOException {
        return GoogleCloud.start(
                GoogleCloudOptions.defaults().withBoot(Duration.ZERO).withGuest(guest));
    }

    private String serial(Clients clients) {
        return clients.instances.getSerialPortOutput(PROJECT, ZONE, name).getContents();
    }

    private static String secret(Clients clients, String id) {
        Secret secret = clients.secrets.createSecret(
                "projects/" + PROJECT,
                id,
                Secret.newBuilder()
                        .setReplication(Replication.newBuilder().setAutomatic(Automatic.getDefaultInstance()))
                        .build());
        clients.secrets.addSecretVersion(
                secret.getName(),
                SecretPayload.newBuilder()
                        .setData(ByteString.copyFromUtf8("{}"))
                        .build());
        return secret.getName();
    }
}
