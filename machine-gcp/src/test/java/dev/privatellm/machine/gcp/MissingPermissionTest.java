// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.Asset;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.KeyVersion;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.ProjectProvider.Task;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.SecretVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever grants all of the documented role but one line is told that line, before a machine is made or by the call that wants it. */
@ExtendWith(Emulator.class)
class MissingPermissionTest {
    private static final Path ROLE = Path.of("..", "docs", "samples", "role.yaml");
    private static final Set<String> ASKED_BEFORE = GooglePermissions.of(EnumSet.allOf(Task.class));

    /** Where it is missing, the services are taken to be enabled, and one that is not says so itself. */
    private static final Set<String> NOT_NEEDED = Set.of("serviceusage.services.get");

    private static final String SECRET = "pllm-0123456789ab-bundle";
    private static final String ACCOUNT = "pllm-0123456789ab";
    private static final CryptoKey KEY = new CryptoKey("pllm-ring", "pllm-key", true, Map.of("pllm-cluster", "c"));

    private record Made(String project, SecretVersion version, OperationId enabling, KeyVersion keyVersion) {}

    /** What nobody asks about before: it may be granted on a single thing, or is wanted long after the first machine. */
    private static final Map<String, BiConsumer<GoogleCloudProvider, Made>> CALLS = Map.ofEntries(
            entry(
                    "compute.images.getFromFamily",
                    (cloud, made) -> cloud.project().image(made.project() + "/own")),
            entry(
                    "compute.images.useReadOnly",
                    (cloud, made) -> cloud.instances()
                            .insert(
                                    Samples.machine(
                                            "default", "projects/%s/global/images/own-v1".formatted(made.project())),
                                    Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"),
                                    Samples.REQUEST)),
            entry("compute.disks.delete", (cloud, _) -> cloud.inventory().remove(disk(), Samples.REQUEST)),
            entry("compute.disks.list", (cloud, _) -> cloud.inventory().list(Asset.Kind.DISK)),
            entry("compute.networks.list", (cloud, _) -> cloud.inventory().list(Asset.Kind.NETWORK)),
            entry("iam.serviceAccounts.list", (cloud, _) -> cloud.inventory().list(Asset.Kind.ACCOUNT)),
            entry("secretmanager.secrets.list", (cloud, _) -> cloud.inventory().list(Asset.Kind.SECRET)),
            entry(
                    "iam.serviceAccounts.actAs",
                    (cloud, _) -> cloud.instances()
                            .insert(
                                    Samples.machine("default"),
                                    Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"),
                                    Samples.REQUEST)),
            entry("iam.serviceAccounts.get", (cloud, _) -> cloud.identities().find(ACCOUNT)),
            entry("iam.serviceAccounts.delete", (cloud, _) -> cloud.identities().delete(ACCOUNT)),
            entry("secretmanager.secrets.get", (cloud, _) -> cloud.secrets().owner(SECRET)),
            entry("secretmanager.secrets.delete", (cloud, _) -> cloud.secrets().delete(SECRET)),
            entry(
                    "secretmanager.secrets.getIamPolicy",
                    (cloud, _) -> cloud.secrets().admits(SECRET, "somebody@example.com")),
            entry(
                    "secretmanager.secrets.setIamPolicy",
                    (cloud, _) -> cloud.secrets().admit(SECRET, "somebody@example.com")),
            entry("secretmanager.versions.add", (cloud, _) -> cloud.secrets().addVersion(SECRET, new byte[] {1})),
            entry("secretmanager.versions.list", (cloud, _) -> cloud.secrets().versions(SECRET)),
            entry(
                    "secretmanager.versions.destroy",
                    (cloud, made) -> cloud.secrets().destroy(made.version())),
            entry("cloudkms.cryptoKeys.get", (cloud, _) -> cloud.keys().find(KEY.ring(), KEY.name())),
            entry("cloudkms.cryptoKeys.getIamPolicy", (cloud, _) -> cloud.keys().admitsSecrets(KEY)),
            entry("cloudkms.cryptoKeys.setIamPolicy", (cloud, _) -> cloud.keys().admitSecrets(KEY)),
            entry("cloudkms.cryptoKeyVersions.list", (cloud, _) -> cloud.keys().versions(KEY)),
            entry(
                    "cloudkms.cryptoKeyVersions.destroy",
                    (cloud, made) -> cloud.keys().destroy(made.keyVersion())),
            entry("cloudkms.cryptoKeyVersions.get", MissingPermissionTest::destroyTwice),
            entry("cloudkms.cryptoKeyVersions.create", MissingPermissionTest::useAgain),
            entry("cloudkms.cryptoKeys.update", MissingPermissionTest::useAgain),
            entry("serviceusage.services.enable", (cloud, _) -> cloud.apis().enable(EnumSet.of(Api.MACHINES))),
            entry("serviceusage.operations.get", (cloud, made) -> cloud.apis().operation(made.enabling())));

    static Stream<String> role() throws IOException {
        return Files.readAllLines(ROLE).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("- "))
                .map(line -> line.substring(2));
    }

    @ParameterizedTest
    @DisplayName("S11 P6 each missing permission of the role is told by name")
    @MethodSource("role")
    void isToldByName(String permission) throws Exception {
        String project = Emulator.newProject();
        try (GoogleCloudProvider cloud = Emulator.connect(project)) {
            if (ASKED_BEFORE.contains(permission)) {
                Emulator.project(project, "\"denied\": [\"%s\"]".formatted(permission));
                assertThat(cloud.project().missingPermissions(EnumSet.allOf(Task.class)))
                        .containsExactly(permission);
            } else if (!NOT_NEEDED.contains(permission)) {
                Made made = make(cloud, project);
                Emulator.project(project, "\"denied\": [\"%s\"]".formatted(permission));
                assertThatThrownBy(() -> CALLS.get(permission).accept(cloud, made))
                        .isInstanceOf(CloudFailure.PermissionDenied.class)
                        .hasMessageContaining("missing permission " + permission);
            }
        }
    }

    @Test
    @DisplayName("S11 every line of the role is asked for beforehand or wanted by a call that is tried here")
    void everyLineIsTried() throws IOException {
        assertThat(Stream.of(ASKED_BEFORE, CALLS.keySet(), NOT_NEEDED).flatMap(Set::stream))
                .containsExactlyInAnyOrderElementsOf(role().toList());
    }

    private static void destroyTwice(GoogleCloudProvider cloud, Made made) {
        cloud.keys().destroy(made.keyVersion());
        cloud.keys().destroy(made.keyVersion());
    }

    /** A key without a version that encrypts is given one. */
    private static void useAgain(GoogleCloudProvider cloud, Made made) {
        cloud.keys().destroy(made.keyVersion());
        cloud.keys().ensure(KEY);
    }

    private static Made make(GoogleCloudProvider cloud, String project) {
        Emulator.publish(project, "own", "own-v1");
        cloud.secrets().ensure(SECRET, Map.of("pllm-owner", "uid-1"), Optional.empty());
        cloud.keys().ensure(KEY);
        return new Made(
                project,
                cloud.secrets().addVersion(SECRET, "bundle".getBytes(UTF_8)),
                cloud.apis().enable(EnumSet.of(Api.MACHINES)),
                cloud.keys().versions(KEY).getFirst());
    }

    private static Asset disk() {
        return new Asset(
                Asset.Kind.DISK,
                ACCOUNT,
                Samples.ZONE.toString(),
                "1",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }
}
