// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Link;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkReaderTest {
    private static final String PIN = "c".repeat(64);
    private static final String SERVING = """
            {"schema":1,"namespace":"default","name":"demo","uid":"u","generation":7,"endpoint":"https://127.0.0.1:8443",
             "serverName":"pllm-demo.machine","pins":{"current":"%s","next":null},"models":["tiny"],"aliases":{"gpt-4o":"tiny"},
             "slots":4,"accepts":"forward","state":"Serving","stage":null,"percent":null,"eta":{"p50":88.5,"p90":120},
             "bootDeadline":"2026-01-01T00:15:00Z","reason":null,"message":null,"retryAt":null,"pricePerHour":0.85,
             "runId":"run-1","fieldOfALaterVersion":true}
            """.formatted(PIN);

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws Exception {
        Files.writeString(folder.resolve("link.json"), SERVING);
        Files.writeString(folder.resolve("tls.crt"), "CERT");
        Files.writeString(folder.resolve("tls.key"), "KEY-CANARY");
        Files.writeString(folder.resolve("ca.crt"), "CA");
        Files.writeString(
                folder.resolve("token.json"),
                "{\"infer\":{\"current\":\"INFER-CANARY\",\"next\":null},\"manage\":{\"current\":\"MANAGE-CANARY\"}}");
    }

    @Test
    void readsAllThatIsKnownOfAMachine() throws Exception {
        Link link = LinkReader.read(folder).orElseThrow();

        assertThat(link.id()).hasToString("default/demo");
        assertThat(link.generation()).isEqualTo(7);
        assertThat(link.accepts()).isEqualTo(Accepts.FORWARD);
        assertThat(link.slots()).isEqualTo(4);
        assertThat(link.aliases()).containsEntry("gpt-4o", "tiny");
        assertThat(link.eta()).contains(new Link.Eta(Duration.ofMillis(88_500), Duration.ofMinutes(2)));
        assertThat(link.bootDeadline()).contains(Instant.parse("2026-01-01T00:15:00Z"));
        assertThat(link.runId()).contains("run-1");
        Link.Access access = link.access().orElseThrow();
        assertThat(access.endpoint()).hasToString("https://127.0.0.1:8443");
        assertThat(access.pins().trust(PIN)).isTrue();
        assertThat(access.inferToken().value()).isEqualTo("INFER-CANARY");
        assertThat(access.manageToken())
                .hasValueSatisfying(token -> assertThat(token.value()).isEqualTo("MANAGE-CANARY"));
    }

    @Test
    void showsNoSecret() throws Exception {
        assertThat(LinkReader.read(folder).orElseThrow().toString())
                .contains("[client key]")
                .doesNotContain("CANARY");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("P9 part of the evidence is none: nothing is connected to")
    @ValueSource(strings = {"tls.crt", "tls.key", "ca.crt", "token.json"})
    void partOfTheEvidenceIsNone(String missing) throws Exception {
        Files.delete(folder.resolve(missing));

        assertThat(LinkReader.read(folder).orElseThrow().access()).isEmpty();
    }

    @Test
    @DisplayName("P9 without a pin, or with one of zeros, nothing is connected to")
    void withoutAPinNothingIsConnectedTo() throws Exception {
        Files.writeString(
                folder.resolve("link.json"), SERVING.replace("\"current\":\"" + PIN + "\"", "\"current\":null"));
        assertThat(LinkReader.read(folder).orElseThrow().access()).isEmpty();

        Files.writeString(folder.resolve("link.json"), SERVING.replace(PIN, "0".repeat(64)));
        assertThatThrownBy(() -> LinkReader.read(folder))
                .isInstanceOf(UnreadableLink.class)
                .hasMessageContaining("pins.current");
    }

    @Test
    void aMachineThatWasNeverMadeHasALinkAllTheSame() throws Exception {
        Link link = LinkReader.read(Map.of(
                "link.json",
                "{\"schema\":1,\"namespace\":\"default\",\"name\":\"demo\",\"generation\":0,\"models\":[\"tiny\"],\"accepts\":\"hold\",\"state\":\"Absent\"}"
                        .getBytes(StandardCharsets.UTF_8)));

        assertThat(link.access()).isEmpty();
        assertThat(link.accepts()).isEqualTo(Accepts.HOLD);
    }

    @Test
    void refusesWhatItDoesNotUnderstandByName() throws Exception {
        Files.writeString(folder.resolve("link.json"), SERVING.replace("\"schema\":1", "\"schema\":3"));
        assertThatThrownBy(() -> LinkReader.read(folder)).hasMessage("link.json: schema 3 (expected: 1)");
        Files.writeString(folder.resolve("link.json"), SERVING.replace("https://", "http://"));
        assertThatThrownBy(() -> LinkReader.read(folder)).hasMessageContaining("endpoint: http://");
        Files.writeString(folder.resolve("token.json"), "{\"infer\":CANARY");
        assertThatThrownBy(() -> LinkReader.read(folder))
                .hasMessageStartingWith("token.json")
                .hasMessageNotContaining("CANARY");
    }

    @Test
    void tellsTheContextWindowIfTheWriterDid() throws Exception {
        assertThat(LinkReader.read(folder).orElseThrow().contextLength()).isEmpty();
        Files.writeString(
                folder.resolve("link.json"), SERVING.replace("\"runId\"", "\"contextLength\":32768,\"runId\""));
        assertThat(LinkReader.read(folder).orElseThrow().contextLength()).contains(32_768);
        Files.writeString(folder.resolve("link.json"), SERVING.replace("\"runId\"", "\"contextLength\":0,\"runId\""));
        assertThatThrownBy(() -> LinkReader.read(folder)).hasMessage("link.json: contextLength: 0 (expected: >= 1)");
    }

    @Test
    void anEmptyFolderIsNoLink() throws Exception {
        assertThat(LinkReader.read(folder.resolve("nothing"))).isEqualTo(Optional.empty());
    }
}
