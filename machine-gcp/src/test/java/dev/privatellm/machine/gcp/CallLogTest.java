// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.InstanceSpec;
import dev.privatellm.machine.cloud.ProvisioningModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written down of calls of every one of Google's libraries that we use. */
@ExtendWith(Emulator.class)
class CallLogTest {
    private static final String CANARY = "canary-3f9a81c2d7e65b40";

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "S9 every call is written down with names, shapes and statuses, and nothing of a secret, a token or a key is")
    void tellsEverythingButSecrets() throws Exception {
        Path file = folder.resolve("calls.jsonl");
        GoogleCloudSettings settings = Emulator.settings(Emulator.newProject());
        try (GoogleCloudProvider provider = new GoogleCloudProvider(
                settings,
                HttpProxies.of(Map.of()),
                CallLog.of(Map.of(CallLog.VARIABLE, file.toString())),
                Duration.ofSeconds(20),
                Clock.systemUTC())) {
            provider.secrets().ensure("a-bundle", Map.of("pllm-owner", CANARY), Optional.empty());
            provider.secrets().addVersion("a-bundle", CANARY.getBytes(StandardCharsets.US_ASCII));
            provider.identities().create("an-account", CANARY, CANARY);
            InstanceSpec plain = Samples.machine("default");
            provider.instances()
                    .insert(
                            withMetadata(plain, Map.of("pllm-config", CANARY)),
                            Samples.offering(ProvisioningModel.SPOT, "g2-standard-4"),
                            Samples.REQUEST);
            assertThat(provider.artifacts().find("pllm-none")).isEmpty();
            assertThatThrownBy(() -> provider.secrets().addVersion("no-bundle", new byte[1]))
                    .isInstanceOf(CloudFailure.NotFound.class);
        }

        String written = Files.readString(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String key = Files.readString(settings.credentialsFile().orElseThrow());
        for (String secret : List.of(
                CANARY,
                Base64.getEncoder().encodeToString(CANARY.getBytes(StandardCharsets.US_ASCII)),
                JsonMapper.shared().readTree(key).path("private_key_id").asString(),
                "Bearer")) {
            assertThat(written).doesNotContain(secret);
        }
        List<JsonNode> calls =
                written.lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(calls)
                .extracting(call ->
                        call.path("verb").asString() + " " + call.path("status").asInt())
                .contains("POST 200", "POST 404");
        JsonNode insert = only(calls, "/instances");
        assertThat(texts(insert.path("query"))).containsExactly("requestId");
        assertThat(texts(insert.path("sent")))
                .contains(
                        "metadata.items[].key = pllm-config",
                        "metadata.items[].value",
                        "scheduling.provisioningModel = SPOT",
                        "disks[].boot = true");
        assertThat(texts(insert.path("received"))).contains("status", "progress (number)");
        assertThat(texts(only(calls, "/serviceAccounts").path("sent")))
                .contains("accountId", "serviceAccount.displayName");
    }

    private static InstanceSpec withMetadata(InstanceSpec plain, Map<String, String> metadata) {
        return new InstanceSpec(
                plain.name(),
                plain.network(),
                plain.subnet(),
                plain.targetTag(),
                plain.image(),
                plain.diskSizeGb(),
                plain.labels(),
                metadata,
                plain.serviceAccount(),
                plain.maxRunDuration(),
                plain.hasExternalAddress(),
                plain.hasSecureBoot());
    }

    private static JsonNode only(List<JsonNode> calls, String end) {
        return calls.stream()
                .filter(call -> call.path("verb").asString().equals("POST")
                        && call.path("path").asString().endsWith(end))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
