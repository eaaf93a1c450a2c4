// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class EngineDoubleTest {

    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the world\"}]";

    private final ModelStore store = store();
    private final EngineDouble engine = EngineDouble.start(EngineOptions.defaults(store));
    private final Wire wire = new Wire(engine.url());

    private static ModelStore store() {
        ModelStore store = ModelStore.inMemory();
        store.add("llama3:8b", Instant.parse("2026-01-01T00:00:00Z"));
        store.add("qwen3:8b", Instant.parse("2026-01-02T00:00:00Z"));
        store.add("nomic-embed-text", Instant.parse("2026-01-03T00:00:00Z"));
        return store;
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/generate | {"model":"llama3:8b","prompt":"Say hello"} | /prompt_eval_count | /eval_count
            /api/generate | {"model":"llama3:8b","prompt":"Say hello","stream":false} | /prompt_eval_count | /eval_count
            /api/chat | {"model":"qwen3:8b","messages":[{"role":"user","content":"Say hello"}]} | /prompt_eval_count | /eval_count
            /v1/chat/completions | {"model":"llama3:8b","messages":[{"role":"user","content":"Say hello"}]} | /usage/prompt_tokens | /usage/completion_tokens
            /v1/chat/completions | {"model":"qwen3:8b","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Say hello"}]} | /usage/prompt_tokens | /usage/completion_tokens
            /v1/completions | {"model":"llama3:8b","prompt":"Say hello","stream":true,"stream_options":{"include_usage":true}} | /usage/prompt_tokens | /usage/completion_tokens
            /v1/responses | {"model":"llama3:8b","input":"Say hello"} | /usage/input_tokens | /usage/output_tokens
            /v1/responses | {"model":"qwen3:8b","input":"Say hello","stream":true} | /response/usage/input_tokens | /response/usage/output_tokens
            /v1/messages | {"model":"llama3:8b","max_tokens":99,"messages":[{"role":"user","content":"Say hello"}]} | /usage/input_tokens | /usage/output_tokens
            /v1/messages | {"model":"qwen3:8b","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"Say hello"}]} | /usage/input_tokens | /usage/output_tokens
            /api/embed | {"model":"nomic-embed-text","input":["Say hello","again"]} | /prompt_eval_count | /none
            /v1/embeddings | {"model":"llama3:8b","input":"Say hello"} | /usage/prompt_tokens | /none
            """)
    void reportsInItsLastFigureWhatItKeepsAsTruth(String path, String body, String input, String output) {
        Wire.Answer answer = wire.post(path, body);

        assertThat(answer.status()).isEqualTo(200);
        JsonNode last = answer.documents().stream()
                .filter(document -> document.at(input).isNumber())
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(engine.truth()).singleElement().satisfies(row -> {
            assertThat(row.path()).isEqualTo(path);
            assertThat(row.inputTokens()).isPositive().isEqualTo(last.at(input).asLong());
            assertThat(row.outputTokens() == null ? 0 : row.outputTokens())
                    .isEqualTo(last.at(output).asLong(0));
            assertThat(row.status()).isEqualTo(200);
            assertThat(row.complete()).isTrue();
            assertThat(row.firstByteAt()).isBetween(row.startedAt(), row.endedAt());
        });
    }

    @Test
    void saysTheSameInEveryDialectAndAgainTheNextTime() {
        String chat = "{\"model\":\"llama3:8b\",\"stream\":false," + HELLO + "}";
        String first =
                wire.post("/api/chat", chat).json().at("/message/content").asString();

        assertThat(first).isNotBlank();
        assertThat(wire.post("/api/chat", chat).json().at("/message/content").asString())
                .isEqualTo(first);
        assertThat(wire.post("/v1/chat/completions", "{\"model\":\"llama3:8b\"," + HELLO + "}")
                        .json()
                        .at("/choices/0/message/content")
                        .asString())
                .isEqualTo(first);
        assertThat(wire.post("/v1/messages", "{\"model\":\"llama3:8b\",\"max_tokens\":999," + HELLO + "}")
                        .json()
                        .at("/content/0/text")
                        .asString())
                .isEqualTo(first);
        assertThat(wire.post("/v1/responses", "{\"model\":\"llama3:8b\",\"input\":\"Say hello to the world\"}")
                        .json()
                        .at("/output/0/content/0/text")
                        .asString())
                .isEqualTo(first);
    }

    @Test
    void streamsTheTextThatItSendsWhole() {
        String whole = wire.post("/api/generate", "{\"model\":\"llama3:8b\",\"prompt\":\"hi\",\"stream\":false}")
                .json()
                .path("response")
                .asString();
        String streamed = wire.post("/api/generate", "{\"model\":\"llama3:8b\",\"prompt\":\"hi\"}").documents().stream()
                .map(line -> line.path("response").asString())
                .collect(Collectors.joining());

        assertThat(streamed).isEqualTo(whole);
    }

    @Test
    void sendsNoUsageOnChatStreamsThatDidNotAsk() {
        Wire.Answer answer =
                wire.post("/v1/chat/completions", "{\"model\":\"llama3:8b\",\"stream\":true," + HELLO + "}");

        assertThat(answer.documents()).isNotEmpty().noneMatch(chunk -> chunk.has("usage"));
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        assertThat(engine.truth().getFirst().outputTokens()).isPositive();
    }

    @Test
    void sendsZeroUsageInEveryChunkOfACompletionStreamThatAsked() {
        List<JsonNode> chunks = wire.post(
                        "/v1/completions",
                        "{\"model\":\"llama3:8b\",\"prompt\":\"hi\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
                .documents();

        assertThat(chunks.subList(0, chunks.size() - 1))
                .isNotEmpty()
                .allMatch(chunk -> chunk.at("/usage/total_tokens").asLong(-1) == 0);
        assertThat(chunks.getLast().at("/usage/total_tokens").asLong()).isPositive();
    }

    @Test
    void estimatesTheInputInMessageStartAndCorrectsItInMessageDelta() {
        String body =
                "{\"model\":\"llama3:8b\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + "a b c d e f g h".repeat(3) + "\"}]}";
        List<JsonNode> events = wire.post("/v1/messages", body).documents();

        assertThat(events.getFirst().at("/message/usage/input_tokens").asLong()).isEqualTo((45 + 4) / 4);
        JsonNode delta = events.get(events.size() - 2);
        assertThat(delta.path("type").asString()).isEqualTo("message_delta");
        assertThat(delta.at("/usage/input_tokens").asLong())
                .isEqualTo(engine.truth().getFirst().inputTokens())
                .isNotEqualTo((45 + 4) / 4);
    }

    @Test
    void countsCachedTokensWithinTheInputInItsOwnApiAndBesideItInAnthropics() {
        wire.post("/api/chat", "{\"model\":\"llama3:8b\",\"stream\":false," + HELLO + "}");
        JsonNode own = wire.post("/api/chat", "{\"model\":\"llama3:8b\",\"stream\":false," + HELLO + "}")
                .json();
        JsonNode anthropic = wire.post("/v1/messages", "{\"model\":\"llama3:8b\",\"max_tokens\":9," + HELLO + "}")
                .json();

        long total = own.path("prompt_eval_count").asLong();
        assertThat(own.path("prompt_eval_cached_count").asLong()).isBetween(1L, total - 1);
        assertThat(anthropic.at("/usage/input_tokens").asLong()
                        + anthropic.at("/usage/cache_read_input_tokens").asLong())
                .isEqualTo(total);
    }

    @Test
    void endsAtTheLimitAndSaysSo() {
        JsonNode own = wire.post(
                        "/api/generate",
                        "{\"model\":\"llama3:8b\",\"prompt\":\"hi\",\"stream\":false,\"options\":{\"num_predict\":3}}")
                .json();
        JsonNode anthropic = wire.post("/v1/messages", "{\"model\":\"llama3:8b\",\"max_tokens\":3," + HELLO + "}")
                .json();

        assertThat(own.path("done_reason").asString()).isEqualTo("length");
        assertThat(own.path("eval_count").asLong()).isEqualTo(3);
        assertThat(anthropic.path("stop_reason").asString()).isEqualTo("max_tokens");
    }

    @Test
    void refusesToGenerateWithAModelThatOnlyEmbeds() {
        Wire.Answer answer = wire.post("/api/chat", "{\"model\":\"nomic-embed-text\"," + HELLO + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").asString()).isEqualTo("\"nomic-embed-text\" does not support chat");
        assertThat(engine.truth()).singleElement().satisfies(row -> {
            assertThat(row.status()).isEqualTo(400);
            assertThat(row.inputTokens()).isNull();
        });
    }

    @Test
    void thinksWhenTheModelCanAndTheCallerDoesNotForbidIt() {
        JsonNode aloud = wire.post("/api/chat", "{\"model\":\"qwen3:8b\",\"stream\":false," + HELLO + "}")
                .json();
        JsonNode silent = wire.post(
                        "/api/chat", "{\"model\":\"qwen3:8b\",\"stream\":false,\"think\":false," + HELLO + "}")
                .json();

        assertThat(aloud.at("/message/thinking").asString()).isNotBlank();
        assertThat(silent.path("message").has("thinking")).isFalse();
    }

    @Test
    void callsTheToolThatTheQuestionNames() {
        String tool = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":"
                + "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";
        String ask = "\"messages\":[{\"role\":\"user\",\"content\":\"use weather please\"}]";
        JsonNode own = wire.post("/api/chat", "{\"model\":\"llama3:8b\",\"stream\":false," + tool + "," + ask + "}")
                .json();
        JsonNode openAi = wire.post("/v1/chat/completions", "{\"model\":\"llama3:8b\"," + tool + "," + ask + "}")
                .json();

        assertThat(own.at("/message/tool_calls/0/function/arguments/city").asString())
                .isEqualTo("lab");
        assertThat(openAi.at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
        assertThat(openAi.at("/choices/0/message/tool_calls/0/function/arguments")
                        .asString())
                .isEqualTo("{\"city\":\"lab\"}");
    }

    @Test
    void answersWithJsonThatFitsTheSchemaAskedFor() {
        String format = "{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}}}";
        String text = wire.post(
                        "/api/generate",
                        "{\"model\":\"llama3:8b\",\"prompt\":\"hi\",\"stream\":false,\"format\":" + format + "}")
                .json()
                .path("response")
                .asString();

        assertThat(text).isEqualTo("{\"ok\":true}");
    }

    @Test
    void loadsAndUnloadsWithoutFigures() {
        JsonNode loaded =
                wire.post("/api/generate", "{\"model\":\"llama3:8b\"}").json();
        assertThat(loaded.path("done_reason").asString()).isEqualTo("load");
        assertThat(loaded.has("eval_count")).isFalse();
        assertThat(wire.get("/api/ps").json().at("/models/0/name").asString()).isEqualTo("llama3:8b");

        wire.post("/api/generate", "{\"model\":\"llama3:8b\",\"keep_alive\":0}");
        assertThat(wire.get("/api/ps").json().path("models")).isEmpty();
    }
}
