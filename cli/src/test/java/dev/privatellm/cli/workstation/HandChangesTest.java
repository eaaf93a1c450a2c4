// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.plan.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a document asks to be left alone, and what somebody changes by hand, through Google's own client libraries. */
class HandChangesTest {
    private static final String DOCUMENT = """
            apiVersion: privatellm.dev/v1alpha1
            kind: PrivateLlm
            metadata: {name: mine}
            spec:
              provider: {gcp: {projectId: my-project}}
              placement: {zones: [europe-west4-a], machineTypes: [g2-standard-8]}
              model: {name: "llama3.2:3b"}
              power: {firstBoot: OnDemand}
              security: {keyAlgorithm: ECDSA_P256}
            """;

    @TempDir
    Path parent;

    private GoogleCloud cloud;
    private GoogleConnection connection;

    @BeforeEach
    void open() throws Exception {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withBoot(Duration.ZERO));
        connection = GoogleConnection.open(
                "my-project", Optional.empty(), Optional.of(cloud.baseUri()), Optional.of(cloud.credentialsFile()));
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        cloud.close();
    }

    @Test
    @DisplayName("a paused document makes no call, refuses a wake with that reason, and its process ends at once")
    void leavesThePausedAlone() throws Exception {
        Path folder = parent.resolve("state");
        try (Workstation workstation = start(folder, DOCUMENT)) {
            workstation.wake();
            awaitPhase(workstation, "Running");
            ControlClient.call(
                    StatePlaces.ofThisProcess().socket(folder),
                    "change",
                    Map.of(
                            ControlLine.DOCUMENT,
                            DOCUMENT.replace(
                                    "{name: mine}", "{name: mine, annotations: {privatellm.dev/paused: \"true\"}}")));
            await().until(() -> workstation.status().toJson().toString().contains("ReconcilePaused"));
            String effects = Files.readString(folder.resolve("effects.jsonl"));

            workstation.sleep();
            assertThat(workstation.stop()).isFalse();

            assertThat(Files.readString(folder.resolve("effects.jsonl"))).isEqualTo(effects);
            assertThat(machine(folder).status()).isEqualTo(InstanceStatus.RUNNING);
        }
        try (Workstation observing = start(folder, DOCUMENT + "  managementPolicy: Observe\n")) {
            assertThatThrownBy(
                            () -> ControlClient.call(StatePlaces.ofThisProcess().socket(folder), "down"))
                    .isInstanceOfSatisfying(
                            WorkstationFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.INVALID_SPEC))
                    .hasMessageContaining("spec.managementPolicy: Observe");
            observing.stop();
            assertThat(machine(folder).status()).isEqualTo(InstanceStatus.RUNNING);
        }
    }

    private Workstation start(Path folder, String yaml) {
        return Workstation.start(WorkstationOptions.real(
                        DocumentReader.read(yaml),
                        folder,
                        "127.0.0.1",
                        0,
                        connection.ports(),
                        ShippedRelease.forRehearsal(),
                        "test")
                .rehearsing(cloud.baseUri()));
    }

    private static void awaitPhase(Workstation workstation, String phase) {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        workstation.status().toJson().path("phase").asString("").equals(phase));
    }

    private Instance machine(Path folder) throws Exception {
        InstallationIdentity identity = InstallationIdentity.establish(
                folder.resolve("identity.json"),
                InstallationIdentity.random(cloud.baseUri().toString(), "my-project", false),
                () -> {});
        String uid = identity.uid("default", "mine");
        return connection.ports().instances().findByOwner(uid).stream()
                .filter(found -> found.id().name().equals(Names.of(uid).instance()))
                .findFirst()
                .orElseThrow();
    }
}
