// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.sweep.Claims;
import dev.privatellm.machine.sweep.Finding;
import dev.privatellm.machine.sweep.SweepPolicy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a workstation makes, once its state folder is lost, with the real Google libraries. */
class LeftoversOnTheEmulatorTest {
    private static final String DOCUMENT = """
            apiVersion: privatellm.dev/v1alpha1
            kind: PrivateLlm
            metadata: {name: mine}
            spec:
              provider: {gcp: {projectId: left-project}}
              placement: {zones: [us-central1-a], machineTypes: [g2-standard-8]}
              model: {name: "llama3.2:3b"}
              power: {firstBoot: OnDemand}
              security: {keyAlgorithm: ECDSA_P256}
            """;

    @TempDir
    Path parent;

    @Test
    @DisplayName("U8 C13 what a lost state folder leaves in the project is all found, and removed once named")
    void removesWhatALostStateFolderLeaves() throws Exception {
        try (GoogleCloud cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withBoot(Duration.ZERO));
                GoogleConnection connection = GoogleConnection.open(
                        "left-project",
                        Optional.empty(),
                        Optional.of(cloud.baseUri()),
                        Optional.of(cloud.credentialsFile()))) {
            Path folder = parent.resolve("state");
            serveOnce(cloud, connection, folder);
            String cluster = InstallationIdentity.find(folder.resolve("identity.json"))
                    .orElseThrow()
                    .cluster();

            try (FolderRecords records = FolderRecords.open(folder)) {
                assertThat(cleanup(connection, records::read, Optional.empty())
                                .look()
                                .findings())
                        .hasSize(6)
                        .allMatch(finding -> finding.why().equals("in use by default/mine"));
            }
            Cleanup.Survey unnamed =
                    cleanup(connection, () -> Claims.NONE, Optional.empty()).look();
            assertThat(unnamed.unseen()).isEmpty();
            assertThat(unnamed.removable()).isEmpty();
            assertThat(unnamed.findings())
                    .extracting(finding -> finding.asset().kind())
                    .containsExactlyInAnyOrder(
                            Asset.Kind.MACHINE,
                            Asset.Kind.SECRET,
                            Asset.Kind.ACCOUNT,
                            Asset.Kind.BUCKET,
                            Asset.Kind.SUBNET,
                            Asset.Kind.NETWORK);
            assertThat(unnamed.findings())
                    .filteredOn(finding -> finding.asset().kind() == Asset.Kind.MACHINE
                            || finding.asset().kind() == Asset.Kind.SECRET)
                    .allMatch(finding ->
                            finding.asset().usdPerMonth().orElseThrow().signum() > 0);

            Cleanup named = cleanup(connection, () -> Claims.NONE, Optional.of(cluster));
            Cleanup.Survey survey = named.look();
            assertThat(survey.findings()).allMatch(Finding::isRemovable);
            Cleanup.Outcome outcome = named.remove(survey);

            assertThat(outcome.failed()).isEmpty();
            await().untilAsserted(() -> assertThat(
                            Stream.of(Asset.Kind.values()).flatMap(kind -> connection.inventory().list(kind).stream()))
                    .isEmpty());
        }
    }

    private static void serveOnce(GoogleCloud cloud, GoogleConnection connection, Path folder) throws Exception {
        WorkstationOptions options = WorkstationOptions.real(
                        DocumentReader.read(DOCUMENT),
                        folder,
                        "127.0.0.1",
                        0,
                        connection.ports(),
                        ShippedRelease.forRehearsal(),
                        "test")
                .rehearsing(cloud.baseUri());
        try (Workstation workstation = Workstation.start(options)) {
            ControlClient.call(StatePlaces.ofThisProcess().socket(folder), "wake");
            await().atMost(Duration.ofMinutes(3))
                    .until(() -> workstation
                            .status()
                            .toJson()
                            .path("phase")
                            .stringValue("")
                            .equals("Running"));
            assertThat(workstation.stop()).isTrue();
        }
    }

    /** Looks at a time at which all of it is two days old. */
    private static Cleanup cleanup(GoogleConnection connection, Supplier<Claims> claims, Optional<String> cluster) {
        return new Cleanup(
                connection.inventory(),
                claims,
                now -> new SweepPolicy(now, Duration.ofHours(24), cluster),
                () -> Clock.systemUTC().instant().plus(Duration.ofDays(2)),
                LeftoversOnTheEmulatorTest::pause);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.dividedBy(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
