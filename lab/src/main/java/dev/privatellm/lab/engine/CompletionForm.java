// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects of the older {@code /v1/completions}: text only. */
final class CompletionForm implements OpenAiForm {

    private final String model;
    private final Clock clock;
    private final String id;

    CompletionForm(String model, Clock clock, String id) {
        this.model = model;
        this.clock = clock;
        this.id = id;
    }

    @Override
    public ObjectNode text(String token) {
        return answer(token, null);
    }

    @Override
    public ObjectNode thinking(String token) {
        throw new IllegalStateException("this route does not ask for thinking");
    }

    @Override
    public ObjectNode call(ToolCall call) {
        throw new IllegalStateException("this route offers no tools");
    }

    @Override
    public ObjectNode end(Outcome outcome, boolean called) {
        return answer("", outcome.reason());
    }

    @Override
    public ObjectNode usage(Outcome outcome) {
        ObjectNode chunk = envelope();
        chunk.putArray("choices");
        chunk.set("usage", OpenAiForm.figures(outcome));
        return chunk;
    }

    @Override
    public boolean repeatsUsage() {
        return true;
    }

    @Override
    public JsonNode whole(WholeAnswer answer, Outcome outcome) {
        ObjectNode body = answer(answer.text(), outcome.reason());
        body.set("usage", OpenAiForm.figures(outcome));
        return body;
    }

    private ObjectNode answer(String text, @Nullable String reason) {
        ObjectNode answer = envelope();
        ObjectNode choice = answer.putArray("choices").addObject();
        choice.put("text", text);
        choice.put("index", 0);
        choice.put("finish_reason", reason);
        return answer;
    }

    private ObjectNode envelope() {
        return Json.object()
                .put("id", id)
                .put("object", "text_completion")
                .put("created", clock.instant().getEpochSecond())
                .put("model", model)
                .put("system_fingerprint", "fp_ollama");
    }
}
