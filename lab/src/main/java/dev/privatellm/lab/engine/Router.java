// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Which part answers which path; what nobody answers is refused as Ollama's router refuses it. */
final class Router implements Requests.Service {

    /** Answers one kind of call. */
    interface Call {
        void answer(Exchange exchange) throws ClientGone;
    }

    static final String TEXT = "text/plain";

    private static final String MODEL_PATH = "/v1/models/";

    private final Map<String, Map<String, Call>> calls = new HashMap<>();
    private final ModelCalls models;

    Router(EngineOptions options, Faults faults) {
        Loader loader = new Loader(options);
        models = new ModelCalls(options, loader);
        on("GET", "/", Router::running);
        on("HEAD", "/", Router::running);
        on("GET", "/api/version", models::version);
        on("HEAD", "/api/version", models::version);
        on("GET", "/api/tags", models::tags);
        on("HEAD", "/api/tags", models::tags);
        on("GET", "/api/ps", models::running);
        on("POST", "/api/show", models::show);
        on("POST", "/api/pull", models::pull);
        on("DELETE", "/api/delete", models::delete);
        on("GET", "/v1/models", models::list);
        Generator generator = new Generator(options, loader, faults);
        OllamaCalls ollama = new OllamaCalls(generator, options.clock());
        on("POST", "/api/generate", ollama::generate);
        on("POST", "/api/chat", ollama::chat);
        OpenAiCalls openAi = new OpenAiCalls(generator, options.clock());
        on("POST", "/v1/chat/completions", openAi::chat);
        on("POST", "/v1/completions", openAi::completion);
        on("POST", "/v1/responses", new ResponsesCalls(generator, options.clock())::respond);
        on("POST", "/v1/messages", new MessagesCalls(generator)::messages);
        EmbedCalls embed = new EmbedCalls(options, loader);
        on("POST", "/api/embed", embed::embed);
        on("POST", "/api/embeddings", embed::embeddings);
        on("POST", "/v1/embeddings", embed::openAi);
    }

    private void on(String method, String path, Call call) {
        calls.computeIfAbsent(path, p -> new HashMap<>()).put(method, call);
    }

    @Override
    public void serve(Exchange exchange) throws ClientGone {
        String path = exchange.path();
        if (path.startsWith(MODEL_PATH) && exchange.method().equals("GET")) {
            models.one(exchange, path.substring(MODEL_PATH.length()));
            return;
        }
        Map<String, Call> byMethod = calls.get(path);
        if (byMethod == null) {
            exchange.answer(404, TEXT, "404 page not found".getBytes(StandardCharsets.UTF_8));
            return;
        }
        Call call = byMethod.get(exchange.method());
        if (call == null) {
            exchange.answer(405, TEXT, "405 method not allowed".getBytes(StandardCharsets.UTF_8));
            return;
        }
        call.answer(exchange);
    }

    private static void running(Exchange exchange) throws ClientGone {
        exchange.answer(200, TEXT + "; charset=utf-8", "Ollama is running".getBytes(StandardCharsets.UTF_8));
    }
}
