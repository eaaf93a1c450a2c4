// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job as a stranger sees it: {@code demo --once}, in a process of its own, with the documented sample and the keys that it says. */
class TourTest {
    private static final Duration WHOLE_TOUR = Duration.ofSeconds(150);

    @RegisterExtension
    final Processes processes = Processes.ofTest();

    @Test
    void provesEveryClaimAndLeavesNothingBehind() throws Exception {
        var demo = processes.startAsTheScriptDoes(
                "demo",
                Map.of(),
                "demo",
                "--once",
                "--boot",
                "3s",
                "--idle",
                "2s",
                "--port",
                "0",
                "--state",
                processes.folder().resolve("demo").toString(),
                "-o",
                "json");

        await().atMost(WHOLE_TOUR)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !demo.children().isEmpty() || !demo.isAlive());
        var machines = demo.children();

        assertThat(demo.awaitExit(WHOLE_TOUR)).as(demo.err()).isZero();

        JsonNode report = JsonMapper.shared().readTree(demo.out());
        assertThat(report.propertyNames())
                .containsExactlyInAnyOrder("schema", "requests", "proof", "overheadMs", "cost");
        assertThat(report.path("schema").asInt()).isEqualTo(1);
        var requests = report.path("requests").valueStream().toList();
        assertThat(requests).hasSize(9).allSatisfy(request -> {
            assertThat(request.propertyNames())
                    .containsExactlyInAnyOrder(
                            "api", "path", "streamed", "waitSeconds", "inputTokens", "outputTokens", "confidence");
            assertThat(request.path("waitSeconds").asDouble()).isGreaterThan(3);
            assertThat(request.path("inputTokens").asInt()).isPositive();
            assertThat(request.path("confidence").asString()).isEqualTo("exact");
        });
        assertThat(requests.stream()
                        .map(request -> request.path("path").asString() + " "
                                + request.path("streamed").asBoolean())
                        .toList())
                .containsExactlyInAnyOrder(
                        "/api/chat true",
                        "/api/generate false",
                        "/api/embed false",
                        "/v1/chat/completions true",
                        "/v1/chat/completions false",
                        "/v1/responses true",
                        "/v1/embeddings false",
                        "/v1/messages true",
                        "/v1/messages false");
        var proof = report.path("proof").valueStream().toList();
        assertThat(proof).hasSize(14).allSatisfy(claim -> {
            assertThat(claim.propertyNames()).containsExactlyInAnyOrder("claim", "expected", "seen", "ok");
            assertThat(claim.path("ok").asBoolean()).as(claim.toString()).isTrue();
        });
        assertThat(machines).as("machines left running").isNotEmpty().noneMatch(ProcessHandle::isAlive);
    }
}
