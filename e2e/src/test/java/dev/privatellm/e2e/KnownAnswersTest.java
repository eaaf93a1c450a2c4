// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway answers itself, from what it knows, beside the answers of a real Ollama: the same members of the same types. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KnownAnswersTest {
    private static final EngineCall RUNNING = new EngineCall("GET", "/api/ps", "");
    private static final String NOT_KNOWN = "is not known without asking the machine; empty, or 0, never invented";
    private static final String NEAREST = "names the nearest models, or the place, and the page of the error";

    private static final List<Difference> DIFFERENCES = List.of(
            new Difference("/api/(tags|ps)", Set.of("size", "size_vram"), NOT_KNOWN),
            new Difference("/api/(tags|ps|show)", Set.of("parameter_size", "quantization_level"), NOT_KNOWN),
            new Difference("/api/show", Set.of("modelfile", "template", "model_info", "tensors"), NOT_KNOWN),
            new Difference("/api/show", Set.of("capabilities"), "is not known either: what most models can do"),
            new Difference("/api/show", Set.of("parent_model"), "names a file on the machine"),
            new Difference("/api/tags", Set.of("capabilities"), "newer releases of Ollama send them"),
            new Difference("/api/show", Set.of("error"), NEAREST),
            new Difference("/v1/models/nope", Set.of("message", "type", "code"), NEAREST + "; a type of OpenAI's own"));

    @RegisterExtension
    static final RealEngine ENGINE = RealEngine.shared();

    @RegisterExtension
    static final Processes PROCESSES = Processes.ofClass();

    private static Wire real;
    private static Wire ours;

    @BeforeAll
    static void start() throws Exception {
        var state = PROCESSES.folder().resolve("demo");
        var demo = ENGINE.demo(PROCESSES, state, "--boot", "0s");
        real = new Wire(ENGINE.url());
        ours = new Wire(Server.of(demo, state).url());
    }

    @AfterAll
    static void stop() {
        ours.close();
        real.close();
    }

    @Order(1)
    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void answersAsAnEngineDoesWhileTheMachineSleeps(EngineCall call) throws Exception {
        assertThat(told(ours, call)).isEqualTo(told(real, call));
    }

    static List<EngineCall> calls() {
        var known = Pattern.compile("(GET|HEAD) /|(GET|HEAD) /api/(version|tags)|POST /api/show|GET /v1/models.*");
        return EngineCall.all().stream()
                .filter(call -> known.matcher(call.method() + " " + call.path()).matches())
                .toList();
    }

    @Order(2)
    @ParameterizedTest(name = "{0}")
    @MethodSource("unloadings")
    void unloadsAsAnEngineDoesWhileTheMachineSleeps(EngineCall call) throws Exception {
        assertThat(told(ours, call)).isEqualTo(told(real, call));
        assertThat(ours.send("GET", "/api/ps", "").body()).isEqualTo("{\"models\":[]}");
    }

    static List<EngineCall> unloadings() {
        return EngineCall.all().stream()
                .filter(call -> call.body().contains("\"keep_alive\":0"))
                .toList();
    }

    @Test
    @Order(3)
    void tellsWhatIsRunningAsAnEngineDoes() throws Exception {
        String load = "{\"model\":\"tiny\"}";
        assertThat(ours.send("POST", "/api/generate", load).status()).isEqualTo(200);
        assertThat(real.send("POST", "/api/generate", load).status()).isEqualTo(200);

        assertThat(told(ours, RUNNING)).isEqualTo(told(real, RUNNING));
    }

    /** Status and body; which of two ways a server writes a head or ends a body, no client is told. */
    private static List<String> told(Wire server, EngineCall call) throws Exception {
        var answer = call.to(server);
        List<String> lines = new ArrayList<>(List.of("status " + answer.status()));
        lines.addAll(Outline.of(answer.body().strip(), Difference.membersToPassOver(DIFFERENCES, call)));
        return lines;
    }
}
