// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The role that the documentation tells people to grant, against the calls that are made from the first wake to the last trace that is removed. */
class LeastRoleTest {
    private static final Path ROLE = Path.of("..", "docs", "samples", "role.yaml");

    /** What the emulator demands of every call. */
    private static final Path NEEDS = Path.of(
            "..", "lab", "src", "main", "resources", "dev", "privatellm", "lab", "gcp", "project", "permissions.yaml");

    /** Once an hour while a machine serves; after a machine was taken away or did not come up; where a document has changed; when somebody tidies up. All have tests of their own. */
    private static final Set<String> RARE = Set.of(
            "Firewalls.Update",
            "ZoneOperations.List",
            "Instances.SetMachineType",
            "Instances.SetScheduling",
            "Instances.GetSerialPortOutput",
            "Disks.Resize",
            "Disks.AggregatedList",
            "Disks.Delete",
            "Networks.List",
            "Images.Use",
            "SecretManagerService.ListSecrets",
            "KeyManagementService.ListCryptoKeyVersions",
            "KeyManagementService.GetCryptoKeyVersion",
            "KeyManagementService.CreateCryptoKeyVersion",
            "KeyManagementService.UpdateCryptoKeyPrimaryVersion",
            "KeyManagementService.DestroyCryptoKeyVersion",
            "IAM.ListServiceAccounts");

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @Test
    @DisplayName("S11 a whole life needs the documented role, and with nothing but the role it succeeds")
    void isWhatIsCalledFor() throws Exception {
        Document document = Document.fromNothing("least-role");
        CLOUD.emulator().project(Map.of("project", document.project(), "granted", role()));
        Server server = CLOUD.serve(document);
        server.wake();
        server.awaitPhase("Running");
        server.sleep();
        server.awaitPhase("Stopped");
        server.wake();
        server.awaitPhase("Running");
        Program down = CLOUD.processes()
                .start(
                        "down",
                        Map.of(),
                        "down",
                        "--yes",
                        "--wait",
                        "--state",
                        server.state().toString());
        assertThat(down.awaitExit(Program.PATIENCE)).as(down::log).isZero();

        Map<String, Set<String>> needs = needs();
        Set<String> calls = new TreeSet<>(RARE);
        CLOUD.emulator().journal().stream()
                .filter(call -> call.path("caller").asString().startsWith("operator@"))
                .map(call -> call.path("rpc").asString())
                .forEach(calls::add);

        assertThat(needs.keySet()).as("calls whose permissions are known").containsAll(calls);
        Set<String> called =
                calls.stream().flatMap(rpc -> needs.get(rpc).stream()).collect(Collectors.toCollection(TreeSet::new));
        assertThat(role()).as(ROLE.toString()).containsExactlyInAnyOrderElementsOf(called);
    }

    @Test
    @DisplayName("S11 P6 with the role but for one line a wake ends with that line's name, and makes no machine")
    void failsWithoutOneOfThem() throws Exception {
        Document document = Document.fromNothing("less-than-the-role");
        CLOUD.emulator()
                .project(Map.of(
                        "project",
                        document.project(),
                        "granted",
                        role(),
                        "denied",
                        List.of("secretmanager.versions.add", "compute.disks.setLabels")));
        Server server = CLOUD.serve(document);
        server.wake();
        Program.patiently()
                .untilAsserted(() ->
                        assertThat(server.status().toString()).contains("PermissionDenied", "compute.disks.setLabels"));

        CLOUD.emulator()
                .project(Map.of(
                        "project", document.project(),
                        "granted", role(),
                        "denied", List.of("secretmanager.versions.add")));
        server.wake();
        Program.patiently()
                .untilAsserted(() -> assertThat(server.status().toString())
                        .contains("missing permission secretmanager.versions.add"));

        assertThat(CLOUD.emulator().calls(document.project(), "Instances.Insert"))
                .isEmpty();
    }

    private static List<String> role() throws IOException {
        return texts(YAML.readTree(Files.readString(ROLE)).path("includedPermissions"))
                .toList();
    }

    private static final YAMLMapper YAML = new YAMLMapper();

    private static Map<String, Set<String>> needs() throws IOException {
        return YAML.readTree(Files.readString(NEEDS))
                .propertyStream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, rpc -> texts(rpc.getValue()).collect(Collectors.toSet())));
    }

    private static Stream<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString);
    }
}
