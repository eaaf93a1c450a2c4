// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.plan.Preview;
import dev.privatellm.machine.plan.Preview.Verb;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What would be done is told from the state folder and an emulated cloud, and neither is changed by it. */
class ForeseenTest {
    private static final Pattern READS =
            Pattern.compile(".*\\.(Get[A-Za-z]*|List[A-Za-z]*|AggregatedList|BatchGet[A-Za-z]*|TestIamPermissions)");

    @TempDir
    private Path parent;

    private GoogleCloud cloud;
    private GoogleConnection connection;

    @BeforeEach
    void rehearse() throws Exception {
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
    @DisplayName("P11 before anything exists a plan lists what would be made and what it costs, and only reads")
    void tellsWhatWouldBeMade() throws Exception {
        Path folder = parent.resolve("state");

        Preview preview = preview(folder, document("europe-west4-a", "g2-standard-8", ""));

        assertThat(said(preview, Verb.CREATE))
                .anyMatch(what -> what.startsWith("network "))
                .anyMatch(what -> what.startsWith("key "))
                .anyMatch(what -> what.startsWith("secret "))
                .contains(
                        "machine g2-standard-8 in europe-west4-a (Spot) with a disk of 128 GB, or as large as the models need");
        assertThat(preview.hourly().before().orElseThrow()).isZero();
        assertThat(preview.hourly().after().orElseThrow()).isEqualByComparingTo("0.48");
        assertThat(preview.monthly().before().orElseThrow()).isZero();
        assertThat(preview.monthly().after().orElseThrow()).isEqualByComparingTo("22.88");
        assertThat(folder).doesNotExist();
        assertThat(calls()).isNotEmpty().allMatch(READS.asMatchPredicate());
    }

    @Test
    @DisplayName(
            "P11 beside a running serve a plan lists a replacement with what is lost and the hash that confirms it, and only reads")
    void tellsWhatWouldBeReplaced() throws Exception {
        Path folder = parent.resolve("state");
        PrivateLlm made = document("europe-west4-a", "g2-standard-8", "");
        try (Workstation workstation = Workstation.start(options(folder, made))) {
            workstation.wake();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> "Running"
                            .equals(workstation.status().toJson().path("phase").stringValue("")));
            workstation.sleep();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> "Stopped"
                                    .equals(workstation
                                            .status()
                                            .toJson()
                                            .path("phase")
                                            .stringValue(""))
                            && connection.ports().firewalls().list().isEmpty());
            int before = calls().size();

            Preview same = preview(folder, made);
            Preview larger = preview(folder, document("europe-west4-a", "g2-standard-16", "disk: {sizeGb: 200}"));
            Preview elsewhere = preview(folder, document("europe-west4-b", "g2-standard-8", ""));

            assertThat(same.isNothing()).as("%s", same).isTrue();
            assertThat(same.hourly().before()).isEqualTo(same.hourly().after());
            assertThat(larger.steps().stream().filter(step -> step.verb() == Verb.CHANGE))
                    .extracting(Preview.Step::why)
                    .containsExactly(
                            "spec.placement.machineTypes: g2-standard-8 -> g2-standard-16; at its next wake",
                            "spec.placement.disk.sizeGb: 128 GB -> 200 GB; at its next wake");
            assertThat(larger.hourly().after().orElseThrow()).isEqualByComparingTo("0.64");
            assertThat(larger.confirm()).isEmpty();
            assertThat(elsewhere.steps())
                    .filteredOn(step -> step.verb() == Verb.REPLACE)
                    .singleElement()
                    .satisfies(step -> assertThat(step.why())
                            .contains(
                                    "spec.placement.zones: europe-west4-a -> europe-west4-b",
                                    "its disk of 128 GB goes, with the models on it"));
            assertThat(elsewhere.confirm()).isPresent();
            assertThat(calls().subList(before, calls().size())).isNotEmpty().allMatch(READS.asMatchPredicate());
            workstation.stop();
        }
    }

    @Test
    @DisplayName("a plan for a document that another installation serves is refused as its start would be")
    void refusesWhatBelongsToAnotherInstallation() throws Exception {
        PrivateLlm document = document("europe-west4-a", "g2-standard-8", "");
        try (Workstation workstation = Workstation.start(options(parent.resolve("state"), document))) {
            workstation.wake();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> "Running"
                            .equals(workstation.status().toJson().path("phase").stringValue("")));
            assertThatThrownBy(() -> preview(parent.resolve("another"), document))
                    .hasMessageContaining("belongs to another installation");
            workstation.stop();
        }
    }

    private Preview preview(Path folder, PrivateLlm document) {
        return Foreseen.find(
                document,
                connection.ports(),
                ShippedRelease.forRehearsal(),
                folder,
                Optional.of(cloud.baseUri()),
                Instant.now());
    }

    private static List<String> said(Preview preview, Verb verb) {
        return preview.steps().stream()
                .filter(step -> step.verb() == verb)
                .map(Preview.Step::what)
                .toList();
    }

    private List<String> calls() throws Exception {
        HttpResponse<String> journal;
        try (HttpClient client = HttpClient.newHttpClient()) {
            journal = client.send(
                    HttpRequest.newBuilder(URI.create(cloud.baseUri() + "/_lab/journal"))
                            .header("Authorization", "Bearer " + cloud.token())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
        return JsonMapper.shared()
                .readTree(journal.body())
                .valueStream()
                .map(row -> row.path("rpc").stringValue(""))
                .filter(rpc -> rpc.contains("."))
                .toList();
    }

    private WorkstationOptions options(Path folder, PrivateLlm document) {
        return WorkstationOptions.real(
                        document, folder, "127.0.0.1", 0, connection.ports(), ShippedRelease.forRehearsal(), "test")
                .rehearsing(cloud.baseUri());
    }

    private static PrivateLlm document(String zone, String type, String placement) {
        return DocumentReader.read("""
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata:
                  name: mine
                spec:
                  provider: {gcp: {projectId: my-project}}
                  placement:
                    zones: [%s]
                    machineTypes: [%s]
                    %s
                  model: {name: "llama3.2:3b", contextLength: 32768}
                  power: {firstBoot: OnDemand}
                  security: {keyAlgorithm: ECDSA_P256}
                """.formatted(zone, type, placement));
    }
}
