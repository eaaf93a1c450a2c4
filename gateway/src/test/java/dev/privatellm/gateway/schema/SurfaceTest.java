// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurfaceTest {
    private static final RequestHeaders ANTHROPIC =
            name -> name.equals("anthropic-version") ? Optional.of("2023-06-01") : Optional.empty();

    @ParameterizedTest
    @CsvSource({
        "POST, /api/generate, GENERATE, OLLAMA",
        "POST, /api/chat, GENERATE, OLLAMA",
        "POST, /api/embed, EMBED, OLLAMA",
        "POST, /api/embeddings, EMBED, OLLAMA",
        "POST, /v1/chat/completions, GENERATE, OPENAI",
        "POST, /v1/completions, GENERATE, OPENAI",
        "POST, /v1/responses, GENERATE, OPENAI",
        "POST, /v1/embeddings, EMBED, OPENAI",
        "POST, /v1/messages, GENERATE, ANTHROPIC",
        "POST, /v1/messages/count_tokens, READ, ANTHROPIC",
        "POST, /v1/responses/input_tokens, READ, OPENAI",
        "GET, /v1/models, READ, OPENAI",
        "GET, /v1/models/m, READ, OPENAI",
        "GET, /, READ, OLLAMA",
        "HEAD, /, READ, OLLAMA",
        "GET, /api/version, READ, OLLAMA",
        "GET, /api/status, READ, OLLAMA",
        "GET, /api/tags, READ, OLLAMA",
        "GET, /api/ps, READ, OLLAMA",
        "POST, /api/show, READ, OLLAMA",
        "POST, /api/me, READ, OLLAMA",
        "POST, /api/signout, READ, OLLAMA",
        "POST, /api/pull, MANAGE, OLLAMA",
        "POST, /api/push, MANAGE, OLLAMA",
        "POST, /api/create, MANAGE, OLLAMA",
        "POST, /api/copy, MANAGE, OLLAMA",
        "DELETE, /api/delete, MANAGE, OLLAMA",
        "HEAD, /api/blobs/sha256:0, MANAGE, OLLAMA",
        "POST, /api/blobs/sha256:0, MANAGE, OLLAMA",
        "POST, /api/experimental/x, MANAGE, OLLAMA",
        "GET, /livez, HEALTH, OPENAI",
        "GET, /readyz, HEALTH, OPENAI",
        "GET, /health, HEALTH, OPENAI",
        "GET, /metrics, HEALTH, OPENAI",
        "GET, /status, HEALTH, OPENAI",
        "GET, /llms.txt, HEALTH, OPENAI",
        "GET, /favicon.ico, NOT_FOUND, OPENAI",
        "GET, /v1/realtime, NOT_FOUND, OPENAI",
        "GET, /v1/chat/completions, NOT_FOUND, OPENAI",
        "POST, /v1/messages/batches, NOT_FOUND, ANTHROPIC",
        "GET, /api/nothing, NOT_FOUND, OLLAMA",
        "post, /api/chat, NOT_FOUND, OLLAMA"
    })
    void namesEveryPath(String method, String target, PathClass pathClass, Dialect dialect) {
        for (String suffix : new String[] {"", "?beta=true", "?a=/b/", "/", "//?x"}) {
            Call call = Surface.recognise(method, target + suffix, RequestHeaders.NONE);
            assertThat(call.pathClass()).as(suffix).isEqualTo(pathClass);
            assertThat(call.dialect()).isEqualTo(dialect);
        }
    }

    @Test
    @DisplayName("P14 only calls that generate or embed may wake a machine")
    void onlyGenerationsWake() {
        for (Endpoint endpoint : Endpoint.values()) {
            assertThat(endpoint.pathClass().wakes()).isEqualTo(endpoint.api().isPresent());
        }
    }

    @Test
    void tellsTheDialectsOfModelListsApartByHeader() {
        assertThat(Surface.recognise("GET", "/v1/models?limit=1000", ANTHROPIC).dialect())
                .isEqualTo(Dialect.ANTHROPIC);
        assertThat(Surface.recognise("GET", "/v1/models/m", ANTHROPIC).dialect())
                .isEqualTo(Dialect.ANTHROPIC);
        assertThat(Surface.recognise("GET", "/v1/nothing", ANTHROPIC).dialect()).isEqualTo(Dialect.ANTHROPIC);
        assertThat(Surface.recognise("POST", "/v1/chat/completions", ANTHROPIC).dialect())
                .isEqualTo(Dialect.OPENAI);
    }

    @Test
    void decodesTheModelInAPath() {
        assertThat(Surface.recognise("GET", "/v1/models/a%2Fb+c:8b?x=1", RequestHeaders.NONE)
                        .pathModel())
                .contains("a/b+c:8b");
        assertThat(Surface.recognise("GET", "/v1/models/ns/m", RequestHeaders.NONE)
                        .pathModel())
                .contains("ns/m");
        assertThat(Surface.recognise("GET", "/v1/models/%zz", RequestHeaders.NONE)
                        .pathClass())
                .isEqualTo(PathClass.NOT_FOUND);
    }

    @Test
    void takesTrailingSlashesOffThePathThatGoesOn() {
        assertThat(Surface.recognise("POST", "/api/chat//?x", RequestHeaders.NONE)
                        .path())
                .isEqualTo("/api/chat");
    }
}
