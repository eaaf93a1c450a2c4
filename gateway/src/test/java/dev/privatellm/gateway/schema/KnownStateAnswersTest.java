// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class KnownStateAnswersTest {
    private static final RequestHeaders ANTHROPIC =
            name -> name.equals("anthropic-version") ? Optional.of("2023-06-01") : Optional.empty();

    private static final KnownModel LOADED = new KnownModel(
            "qwen3:8b",
            Optional.of("ab".repeat(32)),
            40960,
            List.of("completion", "tools", "thinking"),
            "qwen3",
            Instant.parse("2026-01-02T03:04:05Z"),
            true);
    private static final KnownModel ASLEEP = new KnownModel(
            "library/tiny:latest", Optional.empty(), 8192, List.of("embedding"), "", Instant.EPOCH, false);
    private static final List<KnownModel> MODELS = List.of(LOADED, ASLEEP);

    @Test
    void rootSaysWhatOllamaSays() {
        Answer root = KnownStateAnswers.of(call("GET", "/"), Optional.empty(), MODELS, "r");
        assertThat(new String(root.body(), StandardCharsets.UTF_8)).isEqualTo("Ollama is running");
        assertThat(root.headers()).containsEntry("content-type", "text/plain; charset=utf-8");
    }

    @Test
    void versionIsNewEnoughForEveryClient() {
        String[] version = ask("GET", "/api/version").path("version").asString().split("\\.", -1);
        assertThat(Integer.parseInt(version[0]) * 1_000_000
                        + Integer.parseInt(version[1]) * 1_000
                        + Integer.parseInt(version[2]))
                .isGreaterThanOrEqualTo(6_004);
    }

    @Test
    @DisplayName("P14 the model list is answered from known state, asleep or not")
    void tagsListsEveryModel() {
        JsonNode models = ask("GET", "/api/tags").path("models");
        assertThat(models.size()).isEqualTo(2);
        assertThat(models.path(0).path("name").asString()).isEqualTo("qwen3:8b");
        assertThat(models.path(0).path("model").asString()).isEqualTo("qwen3:8b");
        assertThat(models.path(0).path("digest").asString()).isEqualTo("ab".repeat(32));
        assertThat(models.path(0).path("modified_at").asString()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(models.path(0).path("details").path("family").asString()).isEqualTo("qwen3");
    }

    @Test
    @DisplayName("P14 what is running is answered from known state: nothing while asleep")
    void psListsLoadedModelsOnly() {
        JsonNode models = ask("GET", "/api/ps").path("models");
        assertThat(models.size()).isEqualTo(1);
        assertThat(models.path(0).path("name").asString()).isEqualTo("qwen3:8b");
        assertThat(models.path(0).path("context_length").asInt()).isEqualTo(40960);
        assertThat(models.path(0).path("expires_at").asString()).startsWith("2318-");
        assertThat(models.path(0).path("size_vram").asInt())
                .as("more than the whole, which programs take for not known; 0 would be a machine without GPU")
                .isGreaterThan(models.path(0).path("size").asInt());
        assertThat(JsonMapper.shared()
                        .readTree(KnownStateAnswers.of(call("GET", "/api/ps"), Optional.empty(), List.of(ASLEEP), "r")
                                .body())
                        .toString())
                .isEqualTo("{\"models\":[]}");
    }

    @Test
    void showTellsTheRealWindowAndCapabilities() {
        JsonNode show = JsonMapper.shared()
                .readTree(KnownStateAnswers.of(call("POST", "/api/show"), Optional.of("qwen3:8b"), MODELS, "r")
                        .body());
        assertThat(show.path("model_info").path("general.architecture").asString())
                .isEqualTo("qwen3");
        assertThat(show.path("model_info").path("general.basename").asString()).isEqualTo("qwen3");
        assertThat(show.path("model_info").path("qwen3.context_length").asInt()).isEqualTo(40960);
        assertThat(show.path("capabilities").toString()).isEqualTo("[\"completion\",\"tools\",\"thinking\"]");
    }

    @Test
    void showForgivesAMissingTag() {
        Answer show = KnownStateAnswers.of(call("POST", "/api/show"), Optional.of("library/tiny"), MODELS, "r");
        assertThat(show.status()).isEqualTo(200);
        assertThat(JsonMapper.shared()
                        .readTree(show.body())
                        .path("model_info")
                        .path("general.basename")
                        .asString())
                .isEqualTo("tiny");
    }

    @Test
    void modelListsFollowTheCallersDialect() {
        JsonNode openAi = ask("GET", "/v1/models");
        assertThat(openAi.path("object").asString()).isEqualTo("list");
        assertThat(openAi.path("data").path(0).path("object").asString()).isEqualTo("model");
        assertThat(openAi.path("data").path(0).path("created").asLong()).isEqualTo(1767323045L);

        JsonNode anthropic = JsonMapper.shared()
                .readTree(KnownStateAnswers.of(
                                Surface.recognise("GET", "/v1/models?limit=1000", ANTHROPIC),
                                Optional.empty(),
                                MODELS,
                                "r")
                        .body());
        assertThat(anthropic.path("data").path(0).path("type").asString()).isEqualTo("model");
        assertThat(anthropic.path("data").path(0).path("display_name").asString())
                .isEqualTo("qwen3:8b");
        assertThat(anthropic.path("has_more").asBoolean()).isFalse();
        assertThat(anthropic.path("last_id").asString()).isEqualTo("library/tiny:latest");
    }

    @Test
    void oneModelIsFoundByItsPath() {
        assertThat(ask("GET", "/v1/models/qwen3:8b").path("id").asString()).isEqualTo("qwen3:8b");
    }

    @Test
    void anUnknownModelIsRefusedWithTheNearestNames() {
        Answer ollama = KnownStateAnswers.of(call("POST", "/api/show"), Optional.of("qwen3:7b"), MODELS, "r");
        assertThat(ollama.status()).isEqualTo(404);
        assertThat(JsonMapper.shared().readTree(ollama.body()).path("error").asString())
                .isEqualTo(
                        "model \"qwen3:7b\" not found; did you mean qwen3:8b, library/tiny:latest? (see docs/errors/UnknownModel.md)");
        Answer openAi = KnownStateAnswers.of(call("GET", "/v1/models/x"), Optional.empty(), List.of(), "r");
        assertThat(JsonMapper.shared()
                        .readTree(openAi.body())
                        .path("error")
                        .path("code")
                        .asString())
                .isEqualTo("model_not_found");
    }

    @Test
    void tokensAreNotCountedAhead() {
        Answer answer = KnownStateAnswers.of(call("POST", "/v1/messages/count_tokens"), Optional.of("m"), MODELS, "r");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(JsonMapper.shared()
                        .readTree(answer.body())
                        .path("error")
                        .path("type")
                        .asString())
                .isEqualTo("not_found_error");
    }

    @Test
    void everyReadCallHasAnAnswerAndNoOtherHas() {
        for (Endpoint endpoint : Endpoint.values()) {
            Call call = new Call(endpoint, endpoint.dialect(), "/", Optional.empty());
            if (endpoint.pathClass() == PathClass.READ) {
                assertThat(KnownStateAnswers.of(call, Optional.of("qwen3:8b"), MODELS, "r")
                                .status())
                        .isIn(200, 404);
            } else {
                assertThatThrownBy(() -> KnownStateAnswers.of(call, Optional.empty(), MODELS, "r"))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void nearestNamesAreOrderedByDistance() {
        assertThat(NearestNames.of("LLAMA3", List.of("gemma3", "llama3.1", "phi4", "llama3:8b", "llama2")))
                .containsExactly("llama2", "llama3.1", "llama3:8b");
        assertThat(NearestNames.of("m", List.of())).isEmpty();
    }

    private static JsonNode ask(String method, String target) {
        return JsonMapper.shared()
                .readTree(KnownStateAnswers.of(call(method, target), Optional.empty(), MODELS, "r")
                        .body());
    }

    private static Call call(String method, String target) {
        return Surface.recognise(method, target, RequestHeaders.NONE);
    }
}
