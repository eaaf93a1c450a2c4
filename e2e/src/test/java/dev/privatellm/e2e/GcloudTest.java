// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Google's own command line reads from the emulator, unmodified, its services' addresses overridden. Skipped where it is not installed: it comes from no
 * package registry.
 */
class GcloudTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    static final Cloud CLOUD = Cloud.booting("0s");

    @TempDir
    Path home;

    private Map<String, String> environment;

    @BeforeEach
    void logIn() throws Exception {
        Assumptions.assumeTrue(isInstalled(), "gcloud is not installed  (https://cloud.google.com/sdk/docs/install)");
        String emulator = CLOUD.emulator().uri() + "/";
        environment = new HashMap<>(Map.of(
                "CLOUDSDK_CONFIG",
                home.resolve("gcloud").toString(),
                "CLOUDSDK_CORE_DISABLE_PROMPTS",
                "1",
                "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING",
                "true",
                "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK",
                "true",
                "CLOUDSDK_AUTH_TOKEN_HOST",
                emulator + "token",
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE",
                emulator + "compute/v1/",
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER",
                emulator,
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM",
                emulator,
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS",
                emulator));
        gcloud(
                "auth",
                "activate-service-account",
                "--key-file=" + CLOUD.emulator().credentials());
    }

    @Test
    @DisplayName(
            "gcloud lists what a wake made: one running machine, its rule, network, subnet, account and key, and a version of its secret")
    void listsWhatAWakeMade() throws Exception {
        Document document = Document.fromNothing("gcloud-reads");
        environment.put("CLOUDSDK_CORE_PROJECT", document.project());
        Server server = CLOUD.serve(document);
        server.wake();
        server.awaitPhase("Running");
        String machine =
                CLOUD.emulator().machines(document.project()).getFirst().name();

        assertThat(values("name,status", "compute", "instances", "list")).containsExactly(machine + "\tRUNNING");
        assertThat(values("name,direction,allowed[0].ports[0]", "compute", "firewall-rules", "list"))
                .containsExactly(machine + "-ingress\tINGRESS\t8080");
        assertThat(values("name,autoCreateSubnetworks", "compute", "networks", "list"))
                .contains("default\tTrue")
                .anyMatch(line -> line.matches("pllm-[0-9a-f]{12}\tFalse"));
        assertThat(values("privateIpGoogleAccess,ipCidrRange", "compute", "networks", "subnets", "list"))
                .contains("True\t10.10.0.0/24");
        assertThat(values("email,displayName", "iam", "service-accounts", "list"))
                .contains("%s@%s.iam.gserviceaccount.com\tPrivate LLM default/gcloud-reads"
                        .formatted(machine, document.project()));
        assertThat(values("name", "kms", "keyrings", "list", "--location=global"))
                .anyMatch(line -> line.matches("projects/gcloud-reads/locations/global/keyRings/pllm-[0-9a-f]{12}"));
        assertThat(values("state", "secrets", "versions", "list", machine + "-bundle"))
                .as("the bundle that the machine asked with may be gone already")
                .contains("enabled")
                .filteredOn(state -> !state.equals("destroyed"))
                .hasSizeLessThanOrEqualTo(2);

        server.sleep();
        server.awaitPhase("Stopped");

        assertThat(values("name,status", "compute", "instances", "list")).containsExactly(machine + "\tTERMINATED");
        assertThat(values("name", "compute", "firewall-rules", "list")).isEmpty();
    }

    private List<String> values(String fields, String... command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add("--format=value(%s)".formatted(fields));
        return gcloud(arguments.toArray(String[]::new)).lines().toList();
    }

    private String gcloud(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of("gcloud"), Stream.of(arguments)).toList();
        Tool tool = Tool.run(home, PATIENCE, environment, command);
        assertThat(tool.exit()).as("%s\n%s", command, tool.err()).isZero();
        assertThat(tool.err()).doesNotContain("WARNING", "ERROR");
        return tool.out();
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcloud")));
    }
}
