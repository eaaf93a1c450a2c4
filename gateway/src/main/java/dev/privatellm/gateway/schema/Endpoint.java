// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;

/** What a path of the surface is. */
public enum Endpoint {
    OLLAMA_GENERATE(Dialect.OLLAMA, PathClass.GENERATE),
    OLLAMA_CHAT(Dialect.OLLAMA, PathClass.GENERATE),
    OLLAMA_EMBED(Dialect.OLLAMA, PathClass.EMBED),
    /** The legacy {@code /api/embeddings}, which reports no counts. */
    OLLAMA_EMBEDDINGS(Dialect.OLLAMA, PathClass.EMBED),
    CHAT_COMPLETIONS(Dialect.OPENAI, PathClass.GENERATE),
    COMPLETIONS(Dialect.OPENAI, PathClass.GENERATE),
    EMBEDDINGS(Dialect.OPENAI, PathClass.EMBED),
    RESPONSES(Dialect.OPENAI, PathClass.GENERATE),
    MESSAGES(Dialect.ANTHROPIC, PathClass.GENERATE),
    MESSAGES_COUNT_TOKENS(Dialect.ANTHROPIC, PathClass.READ),
    RESPONSES_INPUT_TOKENS(Dialect.OPENAI, PathClass.READ),
    /** {@code /v1/models}: the Anthropic shape when {@code anthropic-version} is present. */
    MODELS(Dialect.OPENAI, PathClass.READ),
    /** {@code /v1/models/{model}}. */
    MODEL(Dialect.OPENAI, PathClass.READ),
    OLLAMA_ROOT(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_VERSION(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_STATUS(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_TAGS(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_PS(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_SHOW(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_ME(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_SIGNOUT(Dialect.OLLAMA, PathClass.READ),
    OLLAMA_PULL(Dialect.OLLAMA, PathClass.MANAGE),
    OLLAMA_PUSH(Dialect.OLLAMA, PathClass.MANAGE),
    OLLAMA_CREATE(Dialect.OLLAMA, PathClass.MANAGE),
    OLLAMA_COPY(Dialect.OLLAMA, PathClass.MANAGE),
    OLLAMA_DELETE(Dialect.OLLAMA, PathClass.MANAGE),
    OLLAMA_BLOB(Dialect.OLLAMA, PathClass.MANAGE),
    OLLAMA_EXPERIMENTAL(Dialect.OLLAMA, PathClass.MANAGE),
    LIVEZ(Dialect.OPENAI, PathClass.HEALTH),
    READYZ(Dialect.OPENAI, PathClass.HEALTH),
    HEALTH(Dialect.OPENAI, PathClass.HEALTH),
    METRICS(Dialect.OPENAI, PathClass.HEALTH),
    STATUS(Dialect.OPENAI, PathClass.HEALTH),
    LLMS_TXT(Dialect.OPENAI, PathClass.HEALTH),
    /** Anything else. */
    NONE(Dialect.OPENAI, PathClass.NOT_FOUND);

    private final Dialect dialect;
    private final PathClass pathClass;

    Endpoint(Dialect dialect, PathClass pathClass) {
        this.dialect = dialect;
        this.pathClass = pathClass;
    }

    /** The dialect of the path alone; a {@link Call} may know better from its headers. */
    public Dialect dialect() {
        return dialect;
    }

    /** What calls of it do. */
    public PathClass pathClass() {
        return pathClass;
    }

    /** The client API that reads and answers it; empty for paths that neither generate nor embed. */
    public Optional<ClientApi> api() {
        return switch (this) {
            case OLLAMA_GENERATE -> Optional.of(new OllamaApi(OllamaApi.Kind.GENERATE));
            case OLLAMA_CHAT -> Optional.of(new OllamaApi(OllamaApi.Kind.CHAT));
            case OLLAMA_EMBED -> Optional.of(new OllamaApi(OllamaApi.Kind.EMBED));
            case OLLAMA_EMBEDDINGS -> Optional.of(new OllamaApi(OllamaApi.Kind.EMBEDDINGS));
            case CHAT_COMPLETIONS, COMPLETIONS -> Optional.of(new OpenAiChatApi());
            case EMBEDDINGS -> Optional.of(new OpenAiEmbeddingsApi());
            case RESPONSES -> Optional.of(new OpenAiResponsesApi());
            case MESSAGES -> Optional.of(new AnthropicMessagesApi());
            case MESSAGES_COUNT_TOKENS,
                    RESPONSES_INPUT_TOKENS,
                    MODELS,
                    MODEL,
                    OLLAMA_ROOT,
                    OLLAMA_VERSION,
                    OLLAMA_STATUS,
                    OLLAMA_TAGS,
                    OLLAMA_PS,
                    OLLAMA_SHOW,
                    OLLAMA_ME,
                    OLLAMA_SIGNOUT,
                    OLLAMA_PULL,
                    OLLAMA_PUSH,
                    OLLAMA_CREATE,
                    OLLAMA_COPY,
                    OLLAMA_DELETE,
                    OLLAMA_BLOB,
                    OLLAMA_EXPERIMENTAL,
                    LIVEZ,
                    READYZ,
                    HEALTH,
                    METRICS,
                    STATUS,
                    LLMS_TXT,
                    NONE -> Optional.empty();
        };
    }
}
