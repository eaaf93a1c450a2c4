// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The paths that are served. The path alone decides, never the query string; a known path under a wrong method is not found. */
public final class Surface {
    private static final String MODEL_PREFIX = "/v1/models/";

    private static final Pattern BLOB = Pattern.compile("/api/blobs/(?!\\.)[\\w.:-]+");
    private static final Pattern EXPERIMENTAL = Pattern.compile("/api/experimental(/(?!\\.)[\\w.:-]+)+");

    private static final Map<String, Endpoint> PATHS = Map.ofEntries(
            Map.entry("POST /api/generate", Endpoint.OLLAMA_GENERATE),
            Map.entry("POST /api/chat", Endpoint.OLLAMA_CHAT),
            Map.entry("POST /api/embed", Endpoint.OLLAMA_EMBED),
            Map.entry("POST /api/embeddings", Endpoint.OLLAMA_EMBEDDINGS),
            Map.entry("POST /v1/chat/completions", Endpoint.CHAT_COMPLETIONS),
            Map.entry("POST /v1/completions", Endpoint.COMPLETIONS),
            Map.entry("POST /v1/embeddings", Endpoint.EMBEDDINGS),
            Map.entry("POST /v1/responses", Endpoint.RESPONSES),
            Map.entry("POST /v1/responses/input_tokens", Endpoint.RESPONSES_INPUT_TOKENS),
            Map.entry("POST /v1/messages", Endpoint.MESSAGES),
            Map.entry("POST /v1/messages/count_tokens", Endpoint.MESSAGES_COUNT_TOKENS),
            Map.entry("GET /v1/models", Endpoint.MODELS),
            Map.entry("GET /", Endpoint.OLLAMA_ROOT),
            Map.entry("HEAD /", Endpoint.OLLAMA_ROOT),
            Map.entry("GET /api/version", Endpoint.OLLAMA_VERSION),
            Map.entry("HEAD /api/version", Endpoint.OLLAMA_VERSION),
            Map.entry("GET /api/status", Endpoint.OLLAMA_STATUS),
            Map.entry("GET /api/tags", Endpoint.OLLAMA_TAGS),
            Map.entry("HEAD /api/tags", Endpoint.OLLAMA_TAGS),
            Map.entry("GET /api/ps", Endpoint.OLLAMA_PS),
            Map.entry("POST /api/show", Endpoint.OLLAMA_SHOW),
            Map.entry("POST /api/me", Endpoint.OLLAMA_ME),
            Map.entry("POST /api/signout", Endpoint.OLLAMA_SIGNOUT),
            Map.entry("POST /api/pull", Endpoint.OLLAMA_PULL),
            Map.entry("POST /api/push", Endpoint.OLLAMA_PUSH),
            Map.entry("POST /api/create", Endpoint.OLLAMA_CREATE),
            Map.entry("POST /api/copy", Endpoint.OLLAMA_COPY),
            Map.entry("DELETE /api/delete", Endpoint.OLLAMA_DELETE),
            Map.entry("GET /livez", Endpoint.LIVEZ),
            Map.entry("GET /readyz", Endpoint.READYZ),
            Map.entry("GET /health", Endpoint.HEALTH),
            Map.entry("GET /metrics", Endpoint.METRICS),
            Map.entry("GET /status", Endpoint.STATUS),
            Map.entry("GET /llms.txt", Endpoint.LLMS_TXT));

    private Surface() {}

    /**
     * Names a call.
     *
     * @param method as sent, case matters (RFC 9110 §9.1)
     * @param target the request target in origin form, query string allowed
     * @param headers to tell the dialects of a shared path apart
     * @return a call of class {@link PathClass#NOT_FOUND} for anything that is not served
     */
    public static Call recognise(String method, String target, RequestHeaders headers) {
        String path = pathOf(target);
        if (method.equals("GET") && path.startsWith(MODEL_PREFIX)) {
            return modelByName(path, headers);
        }
        Endpoint endpoint = PATHS.getOrDefault(method + " " + path, Endpoint.NONE);
        if (endpoint == Endpoint.NONE) {
            endpoint = managed(method, path);
        }
        return new Call(endpoint, dialect(endpoint, path, headers), path, Optional.empty());
    }

    private static Call modelByName(String path, RequestHeaders headers) {
        try {
            String model = URLDecoder.decode(
                    path.substring(MODEL_PREFIX.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
            return new Call(Endpoint.MODEL, dialect(Endpoint.MODEL, path, headers), path, Optional.of(model));
        } catch (IllegalArgumentException badEscape) {
            return new Call(Endpoint.NONE, dialect(Endpoint.NONE, path, headers), path, Optional.empty());
        }
    }

    /** These are sent on as they came, so a path that another reader could take for another one ({@code /api/experimental/../chat}) is not served. */
    private static Endpoint managed(String method, String path) {
        if (BLOB.matcher(path).matches() && (method.equals("HEAD") || method.equals("POST"))) {
            return Endpoint.OLLAMA_BLOB;
        }
        return EXPERIMENTAL.matcher(path).matches() ? Endpoint.OLLAMA_EXPERIMENTAL : Endpoint.NONE;
    }

    private static Dialect dialect(Endpoint endpoint, String path, RequestHeaders headers) {
        boolean anthropic = headers.first("anthropic-version").isPresent();
        return switch (endpoint) {
            case MODELS, MODEL -> anthropic ? Dialect.ANTHROPIC : Dialect.OPENAI;
            case NONE -> guess(path, anthropic);
            default -> endpoint.dialect();
        };
    }

    private static Dialect guess(String path, boolean anthropic) {
        if (path.startsWith("/api/") || path.equals("/api")) {
            return Dialect.OLLAMA;
        }
        return anthropic || path.startsWith("/v1/messages") ? Dialect.ANTHROPIC : Dialect.OPENAI;
    }

    private static String pathOf(String target) {
        int end = target.length();
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            if (c == '?' || c == '#') {
                end = i;
            }
        }
        while (end > 1 && target.charAt(end - 1) == '/') {
            end--;
        }
        return target.substring(0, end);
    }
}
