// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.lab.engine.EngineDouble;
import dev.privatellm.lab.engine.EngineOptions;
import dev.privatellm.lab.engine.ModelStore;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The engine double beside a real Ollama: the same calls, the same answers, word by word except for what a model says. */
class EngineLikenessTest {
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
        var leftOut = EngineDifference.membersToPassOver(EngineDifference.ALL, call);

        assertThat(call.to(ours).outline(leftOut)).isEqualTo(call.to(real).outline(leftOut));
    }

    static List<EngineCall> calls() {
        return EngineCall.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("differences")
    void stillDiffersWhereItIsMeantTo(EngineDifference difference) throws Exception {
        var others = EngineDifference.ALL.stream()
                .filter(other -> !other.equals(difference))
                .toList();
        boolean differs = false;
        for (var call : EngineCall.all()) {
            if (!differs && difference.concerns(call)) {
                var leftOut = EngineDifference.membersToPassOver(others, call);
                differs = !call.to(ours).outline(leftOut).equals(call.to(real).outline(leftOut));
            }
        }

        assertThat(differs).as("an answer that differs in nothing else").isTrue();
    }

    static List<EngineDifference> differences() {
        return EngineDifference.ALL;
    }
}
