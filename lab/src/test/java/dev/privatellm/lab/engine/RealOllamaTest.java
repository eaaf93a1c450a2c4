// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * The double beside a real Ollama: same paths, same bodies, same members of the same types in every kind of frame. Needs the address of one that has the
 * models {@code tiny} and {@code tiny-embed}, in the environment as {@value #VARIABLE}.
 */
class RealOllamaTest {

    private static final String VARIABLE = "PRIVATE_LLM_OLLAMA";

    /** Members that only releases after the one at hand send: the double follows the newer. */
    private static final Set<String> NEWER =
            Set.of("prompt_eval_cached_count", "prompt_tokens_details", "cached_tokens", "cache_read_input_tokens");

    /** Parts whose members differ from model to model. */
    private static final Set<String> PER_MODEL = Set.of("/model_info", "/models[]/details", "/details", "/tensors");

    private static final ModelStore STORE = ModelStore.inMemory();

    private static URI address = URI.create("http://unset");

    private EngineDouble engineDouble;
    private EngineTap tap;
    private Wire real;
    private Wire ours;

    @BeforeAll
    static void needARealOne() {
        String value = System.getenv(VARIABLE);
        if (value == null) {
            System.err.println(VARIABLE + " is not set: the engine double is not compared with a real Ollama");
        }
        assumeTrue(value != null, VARIABLE + " is not set");
        address = URI.create(value);
        for (String model : new String[] {"tiny", "tiny-embed", "tiny-long"}) {
            STORE.add(model, Instant.EPOCH);
        }
    }

    @BeforeEach
    void start() {
        engineDouble = EngineDouble.start(EngineOptions.defaults(STORE));
        tap = EngineTap.start(address, Clock.systemUTC());
        real = new Wire(tap.url());
        ours = new Wire(engineDouble.url());
        ours.post("/api/generate", "{\"model\":\"tiny\"}");
    }

    @AfterEach
    void stop() {
        engineDouble.close();
        tap.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST | /api/generate | {"model":"tiny","prompt":"hi there","options":{"num_predict":3}}
            POST | /api/generate | {"model":"tiny","prompt":"hi there"}
            POST | /api/generate | {"model":"tiny","prompt":"hi there","stream":false}
            POST | /api/generate | {"model":"tiny"}
            POST | /api/generate | {"model":"tiny","keep_alive":0}
            POST | /api/generate | {"model":"nope","prompt":"x"}
            POST | /api/generate | {"prompt":"x"}
            POST | /api/generate | {"model":"tiny-embed","prompt":"x"}
            POST | /api/generate | {"model":"tiny","prompt":"x","think":true}
            POST | /api/generate | {"model":"tiny","prompt":"x","format":"json","stream":false,"options":{"num_predict":40}}
            POST | /api/generate | {bad
            POST | /api/chat | {"model":"tiny","messages":[{"role":"user","content":"hi"}]}
            POST | /api/chat | {"model":"tiny","messages":[{"role":"user","content":"hi"}],"stream":false}
            POST | /api/chat | {"model":"tiny"}
            POST | /api/chat | {"model":"tiny-embed","messages":[{"role":"user","content":"hi"}]}
            POST | /api/chat | {"model":"tiny","keep_alive":0}
            POST | /api/embed | {"model":"tiny-embed","input":["hi","there"]}
            POST | /api/embed | {"model":"tiny","input":"hi"}
            POST | /api/embed | {"model":"tiny-embed"}
            POST | /api/embed | {"model":"tiny-embed","input":5}
            POST | /api/embed | {"model":"nope","input":"hi"}
            POST | /api/embeddings | {"model":"tiny-embed","prompt":"hi"}
            POST | /api/embeddings | {"model":"tiny-embed","prompt":""}
            POST | /api/show | {"model":"tiny"}
            POST | /api/show | {"model":"tiny-embed"}
            POST | /api/show | {"model":"nope"}
            DELETE | /api/delete | {"model":"nope"}
            GET | /api/delete | ``
            GET | /api/version | ``
            GET | /api/tags | ``
            GET | /api/ps | ``
            GET | / | ``
            HEAD | / | ``
            GET | /nope | ``
            GET | /v1/models | ``
            GET | /v1/models/tiny | ``
            GET | /v1/models/nope | ``
            POST | /v1/chat/completions | {"model":"tiny","messages":[{"role":"user","content":"hi"}]}
            POST | /v1/chat/completions | {"model":"tiny","messages":[{"role":"user","content":"hi"}],"stream":true}
            POST | /v1/chat/completions | {"model":"tiny","messages":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":3}
            POST | /v1/chat/completions | {"model":"nope","messages":[{"role":"user","content":"hi"}]}
            POST | /v1/chat/completions | {"model":"tiny-embed","messages":[{"role":"user","content":"hi"}]}
            POST | /v1/chat/completions | {"model":"tiny","reasoning_effort":"low","messages":[{"role":"user","content":"hi"}]}
            POST | /v1/chat/completions | {"model":"tiny"}
            POST | /v1/chat/completions | {bad
            POST | /v1/completions | {"model":"tiny","prompt":"hi"}
            POST | /v1/completions | {"model":"tiny","prompt":"hi","stream":true,"max_tokens":3}
            POST | /v1/completions | {"model":"tiny","prompt":"hi","stream":true,"stream_options":{"include_usage":true}}
            POST | /v1/completions | {"model":"tiny-embed","prompt":"hi"}
            POST | /v1/embeddings | {"model":"tiny-embed","input":"hi"}
            POST | /v1/embeddings | {"model":"tiny-embed","input":["hi","ho"],"encoding_format":"base64"}
            POST | /v1/embeddings | {"model":"tiny-embed"}
            POST | /v1/embeddings | {"model":"nope","input":"hi"}
            POST | /v1/responses | {"model":"tiny","input":"hi","max_output_tokens":3}
            POST | /v1/responses | {"model":"tiny","input":"hi","stream":true}
            POST | /v1/responses | {"model":"tiny","input":[{"role":"user","content":[{"type":"input_text","text":"hi"}]}],"stream":true,"instructions":"be brief","max_output_tokens":9,"reasoning":{"effort":"low"}}
            POST | /v1/responses | {"model":"nope","input":"hi"}
            POST | /v1/responses | {bad
            POST | /v1/messages | {"model":"tiny","max_tokens":30,"messages":[{"role":"user","content":"hi"}]}
            POST | /v1/messages | {"model":"tiny","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"hi"}]}
            POST | /v1/messages | {"model":"tiny","max_tokens":3,"stream":true,"system":"be brief and kind to everybody","messages":[{"role":"user","content":[{"type":"text","text":"hi there, long time no see"}]}]}
            POST | /v1/messages | {"model":"tiny","max_tokens":3,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"hi"}]}
            POST | /v1/messages | {"model":"tiny","messages":[{"role":"user","content":"hi"}]}
            POST | /v1/messages | {"model":"tiny","max_tokens":3}
            POST | /v1/messages | {"model":"nope","max_tokens":3,"messages":[{"role":"user","content":"hi"}]}
            POST | /v1/messages | {bad
            POST | /v1/messages/count_tokens | {"model":"tiny","messages":[{"role":"user","content":"hi"}]}
            """)
    void sendsTheFramesThatARealOneSends(String method, String path, String body) {
        Wire.Answer expected = real.send(method, path, body);
        Wire.Answer seen = ours.send(method, path, body);

        assertThat(seen.status()).isEqualTo(expected.status());
        assertThat(seen.contentType()).isEqualTo(expected.contentType());
        assertThat(shapes(seen)).isEqualTo(shapes(expected));
        assertThat(seen.body().endsWith("[DONE]\n\n")).isEqualTo(expected.body().endsWith("[DONE]\n\n"));
        assertThat(estimate(seen)).isEqualTo(estimate(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/generate | {"model":"tiny","prompt":"hi there","options":{"num_predict":3}} | 3
            /api/generate | {"model":"tiny","prompt":"hi there","stream":false,"options":{"num_predict":4}} | 4
            /api/chat | {"model":"tiny","messages":[{"role":"user","content":"hi"}],"options":{"num_predict":5}} | 5
            /v1/chat/completions | {"model":"tiny","messages":[{"role":"user","content":"hi"}],"max_tokens":6} | 6
            /v1/chat/completions | {"model":"tiny","messages":[{"role":"user","content":"hi"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":3} | 3
            /v1/completions | {"model":"tiny","prompt":"hi","stream":true,"stream_options":{"include_usage":true},"max_tokens":3} | 3
            /v1/responses | {"model":"tiny","input":"hi","max_output_tokens":3,"stream":true} | 3
            /v1/messages | {"model":"tiny","max_tokens":3,"stream":true,"messages":[{"role":"user","content":"hi"}]} | 3
            """)
    void tapReadsTheFiguresThatARealOneReports(String path, String body, long output) {
        real.post(path, body);

        assertThat(tap.truth()).singleElement().satisfies(row -> {
            assertThat(row.path()).isEqualTo(path);
            assertThat(row.model()).isEqualTo("tiny");
            assertThat(row.inputTokens()).isPositive();
            assertThat(row.outputTokens()).isEqualTo(output);
            assertThat(row.complete()).isTrue();
        });
    }

    /** Per kind of frame, the members that occur in any of them. */
    private static Map<String, Set<String>> shapes(Wire.Answer answer) {
        Map<String, Set<String>> shapes = new TreeMap<>();
        for (JsonNode document : answer.documents()) {
            String type = document.path("type").asString("");
            String kind = type
                    + (document.path("done").asBoolean(false) ? "done" : "")
                    + (document.path("choices").isArray()
                                    && document.path("choices").isEmpty()
                            ? "usage"
                            : "");
            shapes.computeIfAbsent(kind, k -> new TreeSet<>())
                    .addAll(Shape.of(document).stream()
                            .filter(member -> NEWER.stream().noneMatch(member::contains))
                            .filter(member -> PER_MODEL.stream().noneMatch(member::startsWith))
                            .collect(Collectors.toSet()));
        }
        return shapes;
    }

    /** What {@code message_start} guesses for the input; −1 where there is none. */
    private static long estimate(Wire.Answer answer) {
        return answer.documents().stream()
                .filter(document -> document.path("type").asString("").equals("message_start"))
                .mapToLong(document -> document.path("message")
                        .path("usage")
                        .path("input_tokens")
                        .asLong(-1))
                .findFirst()
                .orElse(-1);
    }
}
