// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Generate and chat in Ollama's own API: the counts are those of the line with {@code "done": true}, streamed or not. Loading and unloading answer with
 * such a line without counts. A constrained answer ({@code format}) of a thinking model evaluates its prompt twice; engines that do not know
 * {@code prompt_eval_cached_count} yet (0.33.2 and before) report the second evaluation only, so that count is partial.
 */
final class OllamaTally extends Tally {
    private enum Field implements FieldTree.Field {
        DONE("done"),
        INPUT("prompt_eval_count"),
        OUTPUT("eval_count"),
        CACHED("prompt_eval_cached_count"),
        ERROR("error"),
        RESPONSE("response"),
        THINKING("thinking"),
        CONTENT("message.content"),
        MESSAGE_THINKING("message.thinking"),
        TOOL_CALL("message.tool_calls[]");

        private final String path;

        Field(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }
    }

    private static final List<Field> FIELDS = List.of(Field.values());
    private static final FieldTree TREE = FieldTree.of(FIELDS);

    private final boolean constrained;
    private final boolean whole;
    private boolean done;
    private long input;
    private long output;
    private long cached;
    private boolean error;
    private int pieces;
    private boolean thinks;

    private boolean failed;
    private boolean thought;
    private Optional<TokenUsage> usage = Optional.empty();
    private boolean ended;

    /**
     * Reads lines, or one body.
     *
     * @param constrained whether the request asked for a format
     * @param whole whether the answer is one JSON body, whose texts say nothing about tokens per delta
     */
    OllamaTally(boolean constrained, boolean whole) {
        this.constrained = constrained;
        this.whole = whole;
    }

    @Override
    FieldTree fields() {
        return TREE;
    }

    @Override
    void frameBegins() {
        done = false;
        input = JsonScanner.ABSENT;
        output = JsonScanner.ABSENT;
        cached = JsonScanner.ABSENT;
        error = false;
        pieces = 0;
        thinks = false;
    }

    @Override
    public void begin(int field, boolean array) {
        switch (FIELDS.get(field)) {
            case ERROR -> error = true;
            case TOOL_CALL -> pieces++;
            case DONE, INPUT, OUTPUT, CACHED, RESPONSE, THINKING, CONTENT, MESSAGE_THINKING -> {}
        }
    }

    @Override
    public void scalar(int field, JsonScanner value) {
        switch (FIELDS.get(field)) {
            case DONE -> done = value.isWord("true");
            case INPUT -> input = count(value);
            case OUTPUT -> output = count(value);
            case CACHED -> cached = count(value);
            case ERROR -> error = !value.isNull();
            case RESPONSE, CONTENT -> pieces += value.isText() ? 1 : 0;
            case THINKING, MESSAGE_THINKING -> {
                pieces += value.isText() ? 1 : 0;
                thinks |= value.isText();
            }
            case TOOL_CALL -> {}
        }
    }

    @Override
    void frameEnds() {
        failed |= error;
        addDeltas(whole ? 0 : pieces);
        thought |= thinks;
        if (done) {
            ended = true;
            if (input != JsonScanner.ABSENT || output != JsonScanner.ABSENT) {
                usage = Optional.of(counted());
            }
        }
    }

    private TokenUsage counted() {
        boolean partial = constrained && thought && cached == JsonScanner.ABSENT;
        return new TokenUsage(
                optional(input),
                optional(cached),
                OptionalLong.empty(),
                optional(output),
                OptionalLong.empty(),
                partial ? Confidence.EXACT_PARTIAL : Confidence.EXACT,
                new Evidence("done", "eval_count"));
    }

    @Override
    boolean complete() {
        return ended;
    }

    @Override
    boolean engineError() {
        return failed;
    }

    @Override
    Optional<TokenUsage> usage() {
        return usage;
    }
}
