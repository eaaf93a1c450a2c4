// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.privatellm.lab.engine.EngineRow;
import dev.privatellm.lab.engine.EngineTap;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tour's nine requests to a real Ollama with the models {@code tiny} and {@code tiny-embed}, its address in the environment. */
class RealOllamaTourTest {

    private static final String VARIABLE = "PRIVATE_LLM_OLLAMA";

    @Test
    void readsNineAnswersOfARealOllamaAndTheTapKnowsTheirCounts() throws Exception {
        String address = System.getenv(VARIABLE);
        if (address == null) {
            System.err.println(VARIABLE + " is not set: the tour is not tried on a real Ollama");
        }
        assumeTrue(address != null, VARIABLE + " is not set");
        URI engine = URI.create(address);
        TourModels models = TourModels.of(engine, List.of("tiny", "tiny-embed"));
        assertThat(models).isEqualTo(new TourModels("tiny", "tiny-embed"));
        try (EngineTap tap = EngineTap.start(engine, Clock.systemUTC())) {
            List<TourAnswer> answers =
                    new Tour(tap.url(), Duration.ofSeconds(60), Clock.systemUTC()).run(models, answer -> {});

            assertThat(answers)
                    .hasSize(Tour.REQUESTS)
                    .allSatisfy(answer -> assertThat(answer.problem()).isEmpty());
            assertThat(tap.truth()).hasSize(Tour.REQUESTS).allMatch(EngineRow::complete);
            // a chat stream that nobody asked for usage reports none: the gateway is what asks
            assertThat(tap.truth().stream().filter(row -> row.inputTokens() == null))
                    .singleElement()
                    .satisfies(row -> assertThat(row.path()).isEqualTo("/v1/chat/completions"));
        }
    }
}
