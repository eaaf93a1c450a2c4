// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tour with a real Ollama as the machine's engine. {@code PRIVATE_LLM_OLLAMA} names it, {@code PRIVATE_LLM_OLLAMA_MODELS} its models (default {@code
 * tiny,tiny-embed}), of which one can embed.
 */
@EnabledIfEnvironmentVariable(
        named = "PRIVATE_LLM_OLLAMA",
        matches = "http://.+",
        disabledReason = "no real Ollama: set PRIVATE_LLM_OLLAMA=http://host:port to try the tour with one")
class RealOllamaTest {
    private static final Duration WHOLE_TOUR = Duration.ofMinutes(3);

    @RegisterExtension
    final Processes processes = Processes.ofTest();

    @Test
    void countsWhatARealEngineReports() throws Exception {
        var models = List.of(System.getenv()
                .getOrDefault("PRIVATE_LLM_OLLAMA_MODELS", "tiny,tiny-embed")
                .split(",", -1));
        var demo = processes.start(
                "demo",
                Map.of(),
                "demo",
                "--once",
                "--boot",
                "0s",
                "--idle",
                "2s",
                "--port",
                "0",
                "--engine",
                System.getenv("PRIVATE_LLM_OLLAMA"),
                "--model",
                models.getFirst(),
                "--model",
                models.getLast(),
                "--state",
                processes.folder().resolve("demo").toString(),
                "-o",
                "json");

        assertThat(demo.awaitExit(WHOLE_TOUR)).isZero();
        assertThat(JsonMapper.shared().readTree(demo.out()).path("proof").valueStream())
                .allSatisfy(claim -> assertThat(claim.path("ok").asBoolean())
                        .as(claim.toString())
                        .isTrue());
    }
}
