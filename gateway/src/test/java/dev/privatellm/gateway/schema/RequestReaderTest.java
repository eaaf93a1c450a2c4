// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.gateway.schema.RequestFacts.Intent;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    @ParameterizedTest
    @CsvSource({
        "OLLAMA_GENERATE, true",
        "OLLAMA_CHAT, true",
        "OLLAMA_EMBED, false",
        "OLLAMA_EMBEDDINGS, false",
        "CHAT_COMPLETIONS, false",
        "COMPLETIONS, false",
        "EMBEDDINGS, false",
        "RESPONSES, false",
        "MESSAGES, false"
    })
    @DisplayName("T14 absent stream means true in Ollama's own API and false in every /v1 API")
    void defaultsStreamByApi(Endpoint endpoint, boolean streams) throws InvalidRequest {
        assertThat(read(endpoint, "{\"model\":\"m\"}").stream()).isEqualTo(streams);
        assertThat(read(endpoint, "{\"model\":\"m\",\"stream\":null}").stream()).isEqualTo(streams);
    }

    @Test
    void readsStreamWhereItIsSaid() throws InvalidRequest {
        assertThat(read(Endpoint.OLLAMA_CHAT, "{\"stream\":false,\"model\":\"m\"}").stream())
                .isFalse();
        assertThat(read(Endpoint.MESSAGES, "{\"model\":\"m\",\"stream\":true}").stream())
                .isTrue();
    }

    @Test
    void embeddingsAreNeverStreamed() throws InvalidRequest {
        for (Endpoint endpoint : List.of(Endpoint.EMBEDDINGS, Endpoint.OLLAMA_EMBED, Endpoint.OLLAMA_EMBEDDINGS)) {
            assertThat(read(endpoint, "{\"model\":\"m\",\"stream\":true}").stream())
                    .isFalse();
        }
    }

    @Test
    void readsTheModelOnlyAtTheTop() throws InvalidRequest {
        String body = """
                {"messages":[{"role":"user","content":"{\\"model\\":\\"x\\"}","model":"y"}],"model":"qwen3:8b","metadata":{"model":"z"}}""";
        assertThat(read(Endpoint.CHAT_COMPLETIONS, body).model()).isEqualTo("qwen3:8b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"a\",\"model\":\"b\"} | model: more than once",
                "{\"model\":\"a\",\"mod\\u0065l\":\"b\"} | model: more than once",
                "{\"model\":\"a\",\"MODEL\":\"b\"} | MODEL: not this spelling (expected: model)",
                "{\"Model\":\"b\"} | Model: not this spelling",
                "{\"model\":\"a\",\"ſtream\":true} | ſtream: not this spelling (expected: stream)",
                "{\"model\":\"a\",\"stream\":true,\"stream\":false} | stream: more than once",
                "{\"model\":\"a\",\"Keep_Alive\":0} | Keep_Alive: not this spelling",
                "{\"model\":\"a\",\"\u212aeep_alive\":0} | not this spelling (expected: keep_alive)",
                "{\"model\":\"a\",\"Prompt\":\"\"} | Prompt: not this spelling",
                "{\"model\":\"a\",\"Messages\":[]} | Messages: not this spelling",
                "{\"model\":\"a\",\"FORMAT\":\"json\"} | FORMAT: not this spelling",
                "{\"model\":\"a\",\"Stream_Options\":{}} | Stream_Options: not this spelling",
                "{\"model\":\"a\",\"stream_options\":{},\"stream_options\":null} | stream_options: more than once",
                "{\"model\":\"a\",\"stream_options\":{\"Include_Usage\":false}} | stream_options.Include_Usage: not this spelling",
                "{\"model\":\"a\",\"stream_options\":{\"include_usage\":false,\"include_usage\":true}} | stream_options.include_usage: more than once"
            })
    void refusesKeysThatEnginesWouldReadOtherwise(String body, String expected) {
        assertThatThrownBy(() -> read(Endpoint.CHAT_COMPLETIONS, body))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(expected);
    }

    @Test
    void refusesSuchKeysOfReadCallsToo() {
        assertThatThrownBy(() -> RequestReader.readModel(stream("{\"name\":\"a\",\"Name\":\"b\"}")))
                .hasMessageContaining("Name: not this spelling");
        assertThatThrownBy(() -> RequestReader.readModel(stream("{\"name\":\"a\",\"MODEL\":\"b\"}")))
                .hasMessageContaining("MODEL: not this spelling");
    }

    @Test
    void letsKeysBeThatDecideNothingHere() throws InvalidRequest {
        String body =
                "{\"model\":\"a\",\"Name\":1,\"x\":1,\"x\":2,\"X\":3,\"messages\":[{\"Model\":1,\"model\":1}],\"stream_options\":{\"model\":1,\"stream\":1}}";

        assertThat(read(Endpoint.CHAT_COMPLETIONS, body).model()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"true\"", "1", "0", "{}", "[]"})
    void refusesAStreamThatIsNeitherTrueNorFalse(String stream) {
        assertThatThrownBy(() -> read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"stream\":" + stream + "}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("stream at line 1, column 23 is neither true nor false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\"} | PRELOAD",
                "{\"model\":\"m\",\"prompt\":\"\"} | PRELOAD",
                "{\"model\":\"m\",\"prompt\":\"\",\"keep_alive\":\"10m\"} | PRELOAD",
                "{\"model\":\"m\",\"prompt\":\"\",\"keep_alive\":-1} | PRELOAD",
                "{\"model\":\"m\",\"keep_alive\":0} | UNLOAD",
                "{\"keep_alive\":0.0,\"model\":\"m\"} | UNLOAD",
                "{\"model\":\"m\",\"keep_alive\":\"0\"} | UNLOAD",
                "{\"model\":\"m\",\"keep_alive\":\"0s\",\"prompt\":\"\"} | UNLOAD",
                "{\"model\":\"m\",\"keep_alive\":0,\"prompt\":\"hi\"} | GENERATE",
                "{\"model\":\"m\",\"prompt\":\"hi\"} | GENERATE"
            })
    void tellsLoadingAndUnloadingFromGenerating(String body, Intent intent) throws InvalidRequest {
        assertThat(read(Endpoint.OLLAMA_GENERATE, body).intent()).isEqualTo(intent);
    }

    @Test
    void looksAtMessagesOfChats() throws InvalidRequest {
        assertThat(read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"messages\":[],\"keep_alive\":0}")
                        .intent())
                .isEqualTo(Intent.UNLOAD);
        assertThat(read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"messages\":[{}],\"keep_alive\":0}")
                        .intent())
                .isEqualTo(Intent.GENERATE);
        assertThat(read(Endpoint.CHAT_COMPLETIONS, "{\"model\":\"m\",\"messages\":[]}")
                        .intent())
                .isEqualTo(Intent.GENERATE);
    }

    @Test
    void notesAFormat() throws InvalidRequest {
        assertThat(read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"format\":{\"type\":\"object\"}}")
                        .constrained())
                .isTrue();
        assertThat(read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"format\":\"json\"}")
                        .constrained())
                .isTrue();
        assertThat(read(Endpoint.OLLAMA_CHAT, "{\"model\":\"m\",\"format\":\"\"}")
                        .constrained())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"model\":\"m\",\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}",
                "{ \"stream\" : true, \"model\":\"mü😀\" } | {\"stream_options\":{\"include_usage\":true}, \"stream\" : true, \"model\":\"mü😀\" }",
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{}} | {\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                "{\"x\":\"üü\",\"stream_options\":{ \"other\":[1,{}] },\"model\":\"m\",\"stream\":true} | {\"x\":\"üü\",\"stream_options\":{\"include_usage\":true, \"other\":[1,{}] },\"model\":\"m\",\"stream\":true}",
                "{\"stream_options\":{\"include_usage\": false},\"model\":\"m\",\"stream\":true} | {\"stream_options\":{\"include_usage\": true},\"model\":\"m\",\"stream\":true}",
                "{\"stream_options\":{\"a\":1,\"include_usage\":null,\"b\":2},\"model\":\"m\",\"stream\":true} | {\"stream_options\":{\"a\":1,\"include_usage\":true,\"b\":2},\"model\":\"m\",\"stream\":true}",
                "{\"stream_options\": null ,\"model\":\"m\",\"stream\":true} | {\"stream_options\": {\"include_usage\":true} ,\"model\":\"m\",\"stream\":true}",
                "{\"messages\":[{\"stream_options\":{\"include_usage\":true}}],\"model\":\"m\",\"stream\":true} | {\"stream_options\":{\"include_usage\":true},\"messages\":[{\"stream_options\":{\"include_usage\":true}}],\"model\":\"m\",\"stream\":true}"
            })
    @DisplayName("T2 usage is asked for in the request's own text, and every other byte stays")
    void forcesUsage(String body, String changed) throws InvalidRequest {
        for (Endpoint endpoint : List.of(Endpoint.CHAT_COMPLETIONS, Endpoint.COMPLETIONS)) {
            Edit edit = read(endpoint, body).forcedUsage().orElseThrow();
            assertThat(apply(body, edit)).isEqualTo(changed);
            assertThat(read(endpoint, changed).forcedUsage()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\"}",
                "{\"model\":\"m\",\"stream\":false}",
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":1}}",
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":[]}"
            })
    void leavesARequestAloneThatIsNotStreamedOrAsksItself(String body) throws InvalidRequest {
        assertThat(read(Endpoint.CHAT_COMPLETIONS, body).forcedUsage()).isEmpty();
    }

    @Test
    void forcesUsageInNoOtherApi() throws InvalidRequest {
        String body = "{\"model\":\"m\",\"stream\":true}";
        for (Endpoint endpoint : List.of(Endpoint.RESPONSES, Endpoint.MESSAGES, Endpoint.OLLAMA_CHAT)) {
            assertThat(read(endpoint, body).forcedUsage()).isEmpty();
        }
    }

    @Test
    void renamesTheModelBesideForcingUsage() throws InvalidRequest {
        String body = "{ \"model\" : \"gpt-4o\" ,\"stream\":true,\"stream_options\":{}}";
        RequestFacts facts = read(Endpoint.CHAT_COMPLETIONS, body);
        List<Edit> edits = List.of(facts.forcedUsage().orElseThrow(), facts.renamed("a\"ü"));
        assertThat(new String(Edit.applyAll(bytes(body), edits), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{ \"model\" : \"a\\\"\\u00FC\" ,\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void countsOffsetsFromAByteOrderMark() throws InvalidRequest {
        String body = "\ufeff{\"model\":\"m\",\"stream\":true}";
        RequestFacts facts = read(Endpoint.CHAT_COMPLETIONS, body);
        assertThat(apply(body, facts.forcedUsage().orElseThrow()))
                .isEqualTo("\ufeff{\"stream_options\":{\"include_usage\":true},\"model\":\"m\",\"stream\":true}");
        assertThat(apply(body, facts.renamed("n"))).isEqualTo("\ufeff{\"model\":\"n\",\"stream\":true}");
    }

    @Test
    void findsTheModelBehindALongBody() throws InvalidRequest {
        String body = "{\"prompt\":\"" + "ü\\n".repeat(100_000) + "\",\"stream\":true,\"model\":\"m\"}";
        RequestFacts facts = read(Endpoint.COMPLETIONS, body);
        assertThat(apply(body, facts.renamed("other"))).endsWith(",\"stream\":true,\"model\":\"other\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"model\":\"m\" | line 1, column",
                "{\"model\":\"m\",} | line 1, column 14",
                "{\"model\":secretword} | line 1, column",
                "{\"model\":\"m\"} {} | line 1, column 15",
                "[] | line 1, column 1",
                "`` | no JSON object",
                "{} | model: absent",
                "{\"model\":\"\"} | model: absent",
                "{\"model\":7} | line 1, column 10"
            })
    void refusesWhatItCannotReadByPosition(String body, String expected) {
        assertThatThrownBy(() -> read(Endpoint.CHAT_COMPLETIONS, body))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining(expected)
                .message()
                .doesNotContain("secretword");
    }

    @Test
    void refusesOtherEncodingsAndBottomlessNesting() {
        assertThatThrownBy(() -> read(Endpoint.MESSAGES, "{\"model\":\"m\"}", StandardCharsets.UTF_16BE))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> read(Endpoint.MESSAGES, "{\"model\":\"m\",\"x\":" + "[".repeat(5_000)))
                .isInstanceOf(InvalidRequest.class);
        assertThatThrownBy(() -> read(Endpoint.MESSAGES, "{\"model\":\"" + "m".repeat(600) + "\"}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("512");
    }

    @Test
    void readsTheModelOfReadCallsUnderEitherName() throws InvalidRequest {
        assertThat(RequestReader.readModel(stream("{\"name\":\"a\"}"))).isEqualTo("a");
        assertThat(RequestReader.readModel(stream("{\"name\":\"a\",\"model\":\"b\"}")))
                .isEqualTo("b");
        assertThat(RequestReader.readModel(stream("{\"model\":\"b\",\"name\":\"a\"}")))
                .isEqualTo("b");
    }

    private static RequestFacts read(Endpoint endpoint, String body) throws InvalidRequest {
        return RequestReader.read(endpoint, stream(body));
    }

    private static RequestFacts read(Endpoint endpoint, String body, Charset charset) throws InvalidRequest {
        return RequestReader.read(endpoint, new ByteArrayInputStream(body.getBytes(charset)));
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(bytes(body));
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static String apply(String body, Edit edit) {
        return new String(Edit.applyAll(bytes(body), List.of(edit)), StandardCharsets.UTF_8);
    }
}
