// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.lab.engine.EngineDouble;
import dev.privatellm.lab.engine.EngineFault;
import dev.privatellm.lab.engine.EngineOptions;
import dev.privatellm.lab.engine.EngineRow;
import dev.privatellm.lab.engine.ModelStore;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tour against an engine alone: what a gateway in between must not change. */
class TourTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EngineDouble engine = EngineDouble.start(EngineOptions.defaults(store()));

    private static ModelStore store() {
        ModelStore store = ModelStore.inMemory();
        store.add("llama3:8b", Instant.EPOCH);
        store.add("qwen3:8b", Instant.EPOCH);
        store.add("nomic-embed-text", Instant.EPOCH);
        return store;
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private List<TourAnswer> tour(TourModels models, Duration patience) throws InterruptedException {
        return new Tour(engine.url(), patience, Clock.systemUTC()).run(models, answer -> {});
    }

    @Test
    void readsNineAnswersOfEveryApi() throws InterruptedException {
        List<TourAnswer> answers = tour(new TourModels("llama3:8b", "nomic-embed-text"), PATIENCE);

        assertThat(answers).hasSize(Tour.REQUESTS).allSatisfy(answer -> {
            assertThat(answer.problem()).isEmpty();
            assertThat(answer.firstWords()).isNotBlank();
        });
        assertThat(answers).filteredOn(TourAnswer::streamed).hasSize(4);
        assertThat(engine.truth()).hasSize(Tour.REQUESTS).allMatch(EngineRow::complete);
    }

    @Test
    void seesTheUsageThatTheEngineKnows() throws InterruptedException {
        List<TourAnswer> answers = tour(TourModels.only("llama3:8b"), PATIENCE);

        for (TourAnswer answer : answers) {
            if (answer.usage().inputTokens().isPresent()) {
                assertThat(engine.truth()).anySatisfy(row -> {
                    assertThat(row.path()).isEqualTo(answer.path());
                    assertThat(row.inputTokens())
                            .isEqualTo(answer.usage().inputTokens().getAsLong());
                });
            }
        }
        assertThat(answers)
                .filteredOn(answer -> answer.usage().inputTokens().isEmpty())
                .singleElement()
                .satisfies(answer -> assertThat(answer.path()).isEqualTo("/v1/chat/completions"));
    }

    @Test
    void readsAModelThatThinksAloud() throws InterruptedException {
        assertThat(tour(TourModels.only("qwen3:8b"), PATIENCE)).allMatch(TourAnswer::isAnswered);
    }

    @Test
    void tellsEachAnswerWhenItIsThere() throws InterruptedException {
        ConcurrentLinkedQueue<TourAnswer> told = new ConcurrentLinkedQueue<>();
        List<TourAnswer> answers =
                new Tour(engine.url(), PATIENCE, Clock.systemUTC()).run(TourModels.only("llama3:8b"), told::add);

        assertThat(told).containsExactlyInAnyOrderElementsOf(answers);
    }

    @Test
    void namesWhatWentWrongWithOneAnswer() throws InterruptedException {
        engine.failNext(new EngineFault.CutAfter(3));
        List<TourAnswer> answers = tour(TourModels.only("llama3:8b"), PATIENCE);

        assertThat(answers)
                .filteredOn(answer -> !answer.isAnswered())
                .singleElement()
                .satisfies(answer -> assertThat(answer.problem().orElseThrow()).contains("connection failed"));
    }

    @Test
    void endsWithItsPatienceWhenAnAnswerDoesNotEnd() throws InterruptedException {
        engine.failNext(new EngineFault.Endless());
        List<TourAnswer> answers = tour(TourModels.only("llama3:8b"), Duration.ofSeconds(2));

        assertThat(answers)
                .filteredOn(answer -> !answer.isAnswered())
                .singleElement()
                .satisfies(answer -> assertThat(answer.problem().orElseThrow()).contains("no whole answer"));
    }

    @Test
    void asksTheFirstModelThatCanEmbedForEmbeddings() throws Exception {
        assertThat(TourModels.of(engine.url(), List.of("llama3:8b", "nomic-embed-text")))
                .isEqualTo(new TourModels("llama3:8b", "nomic-embed-text"));
        assertThat(TourModels.of(engine.url(), List.of("llama3:8b"))).isEqualTo(TourModels.only("llama3:8b"));
    }

    @Test
    void namesAModelThatTheEngineDoesNotHave() {
        URI url = engine.url();

        assertThatThrownBy(() -> TourModels.of(url, List.of("llama3:8b", "nope")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nope");
    }
}
