// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.util.List;
import java.util.Optional;

/**
 * Chat completions and completions: the last usage that is not null counts. It is final when its chunk has no choices, or when a
 * {@code finish_reason} has been seen by then. Ollama's {@code /v1/completions} fills usage with zeros in every chunk before the last, which says nothing.
 */
final class ChatTally extends Tally {
    private enum Field implements FieldTree.Field {
        CHOICES("choices"),
        CHOICE("choices[]"),
        FINISH_REASON("choices[].finish_reason"),
        ERROR("error"),
        USAGE("usage"),
        INPUT("usage.prompt_tokens"),
        OUTPUT("usage.completion_tokens"),
        CACHED("usage.prompt_tokens_details.cached_tokens"),
        CACHE_WRITE("usage.prompt_tokens_details.cache_write_tokens"),
        REASONING_TOKENS("usage.completion_tokens_details.reasoning_tokens"),
        TEXT("choices[].text"),
        CONTENT("choices[].delta.content"),
        REASONING("choices[].delta.reasoning"),
        REASONING_CONTENT("choices[].delta.reasoning_content"),
        REFUSAL("choices[].delta.refusal"),
        TOOL_ARGUMENTS("choices[].delta.tool_calls[].function.arguments"),
        FUNCTION_ARGUMENTS("choices[].delta.function_call.arguments");

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

    private final boolean whole;
    private final Counts staged = new Counts();
    private boolean choices;
    private boolean anyChoice;
    private boolean finish;
    private boolean error;
    private boolean usageSeen;
    private int pieces;

    private boolean ended;
    private boolean finished;
    private boolean failed;
    private boolean forced;
    private boolean finalUsage;
    private Optional<TokenUsage> usage = Optional.empty();

    /**
     * Reads chunks, or one body.
     *
     * @param whole whether the answer is one JSON body
     */
    ChatTally(boolean whole) {
        this.whole = whole;
    }

    @Override
    FieldTree fields() {
        return TREE;
    }

    @Override
    void frameBegins() {
        staged.clear();
        choices = false;
        anyChoice = false;
        finish = false;
        error = false;
        usageSeen = false;
        pieces = 0;
    }

    @Override
    public void begin(int field, boolean array) {
        switch (FIELDS.get(field)) {
            case CHOICES -> {
                choices = array;
                anyChoice = false;
            }
            case CHOICE -> anyChoice = true;
            case ERROR -> error = true;
            case USAGE -> {
                usageSeen = !array;
                staged.clear();
            }
            default -> {}
        }
    }

    @Override
    public void scalar(int field, JsonScanner value) {
        switch (FIELDS.get(field)) {
            case CHOICE -> anyChoice = true;
            case FINISH_REASON -> finish |= value.isText();
            case ERROR -> error = !value.isNull();
            case USAGE -> usageSeen = false;
            case INPUT -> staged.input = count(value);
            case OUTPUT -> staged.output = count(value);
            case CACHED -> staged.cached = count(value);
            case CACHE_WRITE -> staged.cacheWrite = count(value);
            case REASONING_TOKENS -> staged.reasoning = count(value);
            case TEXT, CONTENT, REASONING, REASONING_CONTENT, REFUSAL, TOOL_ARGUMENTS, FUNCTION_ARGUMENTS ->
                pieces += value.isText() ? 1 : 0;
            case CHOICES -> {}
        }
    }

    @Override
    void frameEnds() {
        failed |= error;
        finished |= finish;
        addDeltas(whole ? 0 : pieces);
        forced = choices && !anyChoice && usageSeen;
        boolean placeholder = anyChoice && !whole && staged.input == 0 && staged.output == 0;
        if (usageSeen && !placeholder && staged.any()) {
            finalUsage = whole || !anyChoice || finished;
            usage = Optional.of(staged.usage(
                    finalUsage ? Confidence.EXACT : Confidence.EXACT_PARTIAL, new Evidence(frame(), "usage")));
        }
        ended |= whole;
    }

    private String frame() {
        return whole ? "body" : anyChoice ? "chunk" : "usage chunk";
    }

    @Override
    void terminator() {
        ended = true;
        usage = usage.map(counted -> counted.as(Confidence.EXACT));
    }

    @Override
    boolean maybeForced() {
        return !anyChoice;
    }

    @Override
    boolean isForced() {
        return forced;
    }

    @Override
    boolean complete() {
        return ended || (finished && finalUsage);
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
