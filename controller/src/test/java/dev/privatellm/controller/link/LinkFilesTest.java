// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.Pem;
import dev.privatellm.machine.pki.TestPki;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LinkFilesTest {
    private static final Epoch EPOCH = TestPki.epoch(3);

    @Test
    void writesEveryFieldAsTheContractSpellsIt() {
        JsonNode link = JsonMapper.shared().readTree(files(3, true).get("link.json"));
        assertThat(link.path("schema").intValue()).isEqualTo(1);
        assertThat(link.path("namespace").stringValue()).isEqualTo("default");
        assertThat(link.path("generation").longValue()).isEqualTo(3);
        assertThat(link.path("endpoint").stringValue()).isEqualTo("https://203.0.113.7:8080");
        assertThat(link.path("pins").path("current").stringValue())
                .isEqualTo(EPOCH.pin().orElseThrow().hex());
        assertThat(link.path("pins").has("next")).isFalse();
        assertThat(link.path("accepts").stringValue()).isEqualTo("hold");
        assertThat(link.path("eta").path("p50").doubleValue()).isEqualTo(61.5);
        assertThat(link.path("bootDeadline").stringValue()).isEqualTo("2026-11-21T08:10:00Z");
        assertThat(link.has("reason")).isFalse();
        assertThat(link.path("models").get(0).stringValue()).isEqualTo("m");
    }

    @Test
    @DisplayName("P8 the gateway's pair, pin and token are of one generation")
    void pairIsOfOneGeneration() throws Exception {
        Map<String, byte[]> files = files(3, true);
        assertThat(Pem.identity(text(files, "tls.crt") + text(files, "tls.key")))
                .isEqualTo(EPOCH.gateway());
        assertThat(Pem.certificates(text(files, "ca.crt"))).containsExactly(EPOCH.authority());
        assertThatThrownBy(() -> files(4, true)).hasMessageContaining("generation 3 (expected: 4)");
    }

    @Test
    void manageTokenIsThereOnlyWhereItIsAllowed() {
        JsonMapper json = JsonMapper.shared();
        assertThat(json.readTree(files(3, true).get("token.json"))
                        .path("manage")
                        .path("current")
                        .stringValue())
                .isEqualTo(EPOCH.tokens().manage().value());
        assertThat(json.readTree(files(3, false).get("token.json")).has("manage"))
                .isFalse();
    }

    @Test
    void nothingOfTheControllersIdentityIsInTheLink() throws Exception {
        for (byte[] file : files(3, true).values()) {
            assertThat(new String(file, StandardCharsets.UTF_8))
                    .doesNotContain(EPOCH.controller().keyPem().lines().toList().get(2))
                    .doesNotContain(
                            TestPki.serverOf(EPOCH).keyPem().lines().toList().get(2));
        }
    }

    private static Map<String, byte[]> files(long generation, boolean manage) {
        LinkDocument link = new LinkDocument(
                "default",
                "mine",
                "uid",
                generation,
                Optional.of("https://203.0.113.7:8080"),
                Optional.of(EPOCH.serverName()),
                Optional.of(new LinkDocument.Pins(EPOCH.pin().orElseThrow().hex(), Optional.empty())),
                List.of("m"),
                Map.of(),
                4,
                32_768,
                LinkDocument.Accepts.HOLD,
                "Booting",
                Optional.of("booting"),
                Optional.empty(),
                Optional.of(LinkDocument.Eta.of(Duration.ofMillis(61_500), Duration.ofSeconds(90))),
                Optional.of(Instant.parse("2026-11-21T08:10:00Z")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(0.25),
                Optional.of("run-1"));
        return LinkFiles.of(link, Optional.of(EPOCH), manage);
    }

    private static String text(Map<String, byte[]> files, String name) {
        return new String(files.get(name), StandardCharsets.US_ASCII);
    }
}
