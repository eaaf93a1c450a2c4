// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.Placement;
import dev.privatellm.cli.importing.AgentFile;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.cli.workstation.CloudPorts;
import dev.privatellm.cli.workstation.FolderRecords;
import dev.privatellm.cli.workstation.Workstation;
import dev.privatellm.cli.workstation.WorkstationOptions;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceName;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.sweep.Claims;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An installation of the Private LLM agent in an emulated project, made with Google's own client under the names that the agent gave. */
class AdoptOldInstallationTest {
    private static final String PROJECT = "old-project";
    private static final InstanceId MACHINE =
            new InstanceId(new Zone("europe-west4-a"), new InstanceName("private-llm-vm"));
    private static final String AGENT_FILE =
            "{\"project_id\": \"%s\", \"zone\": \"europe-west4-a\", \"machine_type\": \"g2-standard-4\", \"default_model\": \"llama3.2:3b\"}"
                    .formatted(PROJECT);
    private static final List<String> SECRETS = List.of(
            "private-llm-ca-cert", "private-llm-server-cert", "private-llm-server-key", "private-llm-internal-token");

    @TempDir
    Path folder;

    private final StringWriter talk = new StringWriter();
    private GoogleCloud cloud;
    private GoogleConnection connection;
    private CloudPorts ports;

    @BeforeEach
    void start() throws Exception {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults().withBoot(Duration.ZERO));
        connection = GoogleConnection.open(
                PROJECT, Optional.empty(), Optional.of(cloud.baseUri()), Optional.of(cloud.credentialsFile()));
        ports = connection.ports();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        cloud.close();
    }

    @Test
    @DisplayName(
            "E6 P21 an old installation is planned by looking only, taken over with its machine, served, and retired; down leaves what was the user's")
    void takesOverAWholeInstallation() throws Exception {
        install(true);
        Instance before = machine();
        Path file = folder.resolve("adopted.yaml");
        int calls = journal().size();

        assertThat(command("--plan").adopt(imported(), file, "private-llm serve"))
                .isZero();

        assertThat(journal().stream().skip(calls).map(call -> call.path("rpc").stringValue()))
                .isNotEmpty()
                .allMatch(rpc -> rpc.matches(".*\\.(Get|List|Aggregated|BatchGet|Test)[A-Za-z]*"));
        assertThat(file).doesNotExist();
        assertThat(talk.toString())
                .contains(
                        "machine europe-west4-a/private-llm-vm (g2-standard-8, STANDARD)",
                        "it has power (RUNNING) and is stopped first",
                        "network private-llm with subnet private-llm-subnet",
                        "firewall rule private-llm-agent for 198.51.100.7/32",
                        "secret private-llm-server-key with 1 versions, 0.06 USD a month");

        assertThat(command("--yes").adopt(imported(), file, "private-llm serve"))
                .isZero();

        var document = DocumentReader.read(Files.readString(file));
        assertThat(document.spec().adopt().instance()).contains("private-llm-vm");
        assertThat(document.spec().adopt().id()).contains(before.cloudId());
        assertThat(file)
                .content()
                .startsWith(
                        "# machine europe-west4-a/private-llm-vm before it was taken over: network tags [private-llm]");
        assertThat(document.spec().placement().provisioning()).isEqualTo(Placement.Provisioning.STANDARD);
        assertThat(document.spec().placement().machineTypes()).containsExactly("g2-standard-8");
        assertThatThrownBy(() -> command("--yes").adopt(imported(), file, "private-llm serve"))
                .hasMessageContaining("is not replaced");
        assertThatThrownBy(() -> command("--yes").retire(imported(), Claims.NONE))
                .hasMessageContaining("not taken over yet");

        var quick = DocumentReader.read(Files.readString(file) + "  security: {keyAlgorithm: ECDSA_P256}\n");
        var options = WorkstationOptions.real(
                        quick, folder.resolve("state"), "127.0.0.1", 0, ports, ShippedRelease.forRehearsal(), "test")
                .rehearsing(cloud.baseUri());
        try (Workstation workstation = Workstation.start(options)) {
            workstation.wake();
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> phase(workstation).equals("Running"));
            assertThat(machine().cloudId()).isEqualTo(before.cloudId());
            assertThat(machine().tags()).hasSize(1).doesNotContain("private-llm");
            assertThat(journal().stream()
                            .filter(call -> call.path("rpc").stringValue().equals("Instances.Insert")))
                    .hasSize(1);

            assertThatThrownBy(() -> command("--yes").retire(imported(), Claims.NONE))
                    .hasMessageContaining("not taken over yet");
            assertThat(ports.firewalls().find("private-llm-agent")).isPresent();
            try (FolderRecords records = FolderRecords.open(folder.resolve("state"))) {
                assertThat(command("--yes").retire(imported(), records.read())).isZero();
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ports.firewalls().find("private-llm-agent").isEmpty());
            assertThat(SECRETS).allMatch(name -> ports.secrets().owner(name).isEmpty());
            assertThat(phase(workstation)).isEqualTo("Running");

            workstation.remove();
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> ports.instances().find(MACHINE).isEmpty()
                            && phase(workstation).equals("Pending"));
        }
        assertThat(ports.networks().find("private-llm")).isPresent();
        assertThat(ports.networks().subnets("private-llm")).hasSize(1);
        assertThat(ports.identities().find("private-llm-vm")).isPresent();
    }

    @Test
    @DisplayName("E6 an installation whose service account is gone is not taken over, and every missing part is named")
    void verifiesEveryPart() throws Exception {
        assertThatThrownBy(() -> command("--yes").adopt(imported(), folder.resolve("none.yaml"), "private-llm serve"))
                .hasMessageContainingAll("machine private-llm-vm is not in zone", "network private-llm does not exist");
        install(false);

        assertThatThrownBy(() -> command("--yes").adopt(imported(), folder.resolve("none.yaml"), "private-llm serve"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(
                        "service account private-llm-vm@old-project.iam.gserviceaccount.com does not exist")
                .hasMessageNotContaining("network");
        assertThat(folder.resolve("none.yaml")).doesNotExist();
    }

    private void install(boolean hasAccount) {
        done(ports.apis()::operation, ports.apis().enable(EnumSet.allOf(Api.class)));
        done(
                ports.networks()::operation,
                ports.networks().insert(new Network("private-llm", false, Optional.empty()), id()));
        done(
                ports.networks()::operation,
                ports.networks()
                        .insertSubnet(
                                new Subnet("europe-west4", "private-llm-subnet", "private-llm", "10.10.0.0/24", true),
                                id()));
        ports.identities().create("private-llm-vm", "", "");
        for (String name : SECRETS) {
            ports.secrets().ensure(name, Map.of(), Optional.empty());
            ports.secrets().addVersion(name, "old".getBytes(StandardCharsets.US_ASCII));
        }
        done(
                ports.firewalls()::operation,
                ports.firewalls()
                        .insert(
                                new FirewallRule(
                                        "private-llm-agent",
                                        "private-llm",
                                        new TreeSet<>(List.of("198.51.100.7/32")),
                                        "private-llm",
                                        8080,
                                        Optional.empty()),
                                id()));
        var machine = new InstanceSpec(
                MACHINE.name(),
                "private-llm",
                "private-llm-subnet",
                "private-llm",
                "projects/deeplearning-platform-release/global/images/family/common-cu128-ubuntu-2404-nvidia-570",
                128,
                Map.of(),
                Map.of("startup-script", "#!/bin/bash\ntrue"),
                "private-llm-vm@%s.iam.gserviceaccount.com".formatted(PROJECT),
                Duration.ofDays(1),
                true,
                true);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> done(
                        ports.instances()::operation,
                        ports.instances()
                                .insert(
                                        machine,
                                        new Offering(ProvisioningModel.STANDARD, "g2-standard-8", MACHINE.zone()),
                                        id())));
        await().atMost(Duration.ofSeconds(30)).until(() -> machine().status() == InstanceStatus.RUNNING);
        if (!hasAccount) {
            ports.identities().delete("private-llm-vm");
        }
    }

    private static void done(Function<OperationId, OperationStatus> operations, OperationId operation) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> operations.apply(operation), status -> !(status instanceof OperationStatus.Running));
        assertThat(operations.apply(operation)).isInstanceOf(OperationStatus.Done.class);
    }

    private Instance machine() {
        return ports.instances().find(MACHINE).orElseThrow();
    }

    private AdoptOldInstallation command(String word) {
        talk.getBuffer().setLength(0);
        return new AdoptOldInstallation(
                ports, CommandLine.populateCommand(new Consent(), word), new PrintWriter(talk, true));
    }

    private static AgentFile.Imported imported() {
        return AgentFile.readToAdopt(AGENT_FILE, Optional.empty());
    }

    private static String phase(Workstation workstation) {
        return workstation.status().toJson().path("phase").stringValue("");
    }

    private static RequestId id() {
        return new RequestId(UUID.randomUUID());
    }

    private List<JsonNode> journal() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(cloud.baseUri() + "/_lab/journal"))
                            .header("Authorization", "Bearer " + cloud.token())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return JsonMapper.shared().readTree(answer.body()).valueStream().toList();
        }
    }
}
