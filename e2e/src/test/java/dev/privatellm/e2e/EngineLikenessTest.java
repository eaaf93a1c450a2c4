// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.lab.engine.EngineDouble;
import dev.privatellm.lab.engine.EngineOptions;
import dev.privatellm.lab.engine.ModelStore;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The engine double beside a real Ollama: the same calls, the same answers, word by word except for what a model says. */
class EngineLikenessTest {
    private static final String NEWER = "Ollama sends it from 0.33.3, which the double follows";

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference("/api/(generate|chat)", Set.of("prompt_eval_cached_count"), NEWER),
            new Difference("/v1/(chat/)?completions", Set.of("prompt_tokens_details"), NEWER),
            new Difference("/v1/responses", Set.of("cached_tokens"), NEWER + "; before, it is always 0"),
            new Difference("/v1/messages", Set.of("cache_read_input_tokens"), NEWER),
            new Difference("/api/show", Set.of("model_info", "tensors"), "follow from the weights, and there are none"),
            new Difference(
                    "/api/show",
                    Set.of("parent_model"),
                    "names the file that the tiny models were made from; those of the double were pulled"),
            new Difference("/api/ps", Set.of("size_vram"), "is 0 where there is no GPU; machines have one"));

    @RegisterExtension
    static final RealEngine ENGINE = RealEngine.shared();

    private static EngineDouble engineDouble;
    private static Wire real;
    private static Wire ours;

    @BeforeAll
    static void startTheDouble() throws Exception {
        real = new Wire(ENGINE.url());
        engineDouble = EngineDouble.start(EngineOptions.defaults(sameModels()));
        ours = new Wire(engineDouble.url());
    }

    private static ModelStore sameModels() throws Exception {
        var store = ModelStore.inMemory();
        JsonMapper.shared()
                .readTree(real.send("GET", "/api/tags", "").body())
                .path("models")
                .forEach(model -> store.add(
                        model.path("name").asString(),
                        OffsetDateTime.parse(model.path("modified_at").asString())
                                .toInstant()));
        return store;
    }

    @AfterAll
    static void stop() {
        ours.close();
        engineDouble.close();
        real.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void answersAsARealOne(EngineCall call) throws Exception {
        var leftOut = Difference.membersToPassOver(DIFFERENCES, call);

        assertThat(call.to(ours).outline(leftOut)).isEqualTo(call.to(real).outline(leftOut));
    }

    static List<EngineCall> calls() {
        return EngineCall.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("differences")
    void stillDiffersWhereItIsMeantTo(Difference difference) throws Exception {
        var others =
                DIFFERENCES.stream().filter(other -> !other.equals(difference)).toList();
        boolean differs = false;
        for (var call : EngineCall.all()) {
            if (!differs && difference.concerns(call)) {
                var leftOut = Difference.membersToPassOver(others, call);
                differs = !call.to(ours).outline(leftOut).equals(call.to(real).outline(leftOut));
            }
        }

        assertThat(differs).as("an answer that differs in nothing else").isTrue();
    }

    static List<Difference> differences() {
        return DIFFERENCES;
    }
}
