// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Messages: usage of {@code message_start} and of each {@code message_delta} is merged field by field, by replacement: absent or null keeps, a number
 * replaces. Figures of {@code message_start} alone are guesses: Ollama's input is characters divided by four, its output a placeholder. The total input
 * is the sum of the three disjoint input fields.
 */
final class MessagesTally extends Tally {
    private static final FieldTree FIELDS = FieldTree.of(
            "type",
            "error",
            "delta.stop_reason",
            "delta.text",
            "delta.thinking",
            "delta.partial_json",
            "usage.input_tokens",
            "usage.cache_creation_input_tokens",
            "usage.cache_read_input_tokens",
            "usage.cache_creation.ephemeral_5m_input_tokens",
            "usage.cache_creation.ephemeral_1h_input_tokens",
            "usage.output_tokens",
            "usage.output_tokens_details.thinking_tokens",
            "message.usage.input_tokens",
            "message.usage.cache_creation_input_tokens",
            "message.usage.cache_read_input_tokens",
            "message.usage.cache_creation.ephemeral_5m_input_tokens",
            "message.usage.cache_creation.ephemeral_1h_input_tokens",
            "message.usage.output_tokens",
            "message.usage.output_tokens_details.thinking_tokens");

    private static final int TYPE = 0;
    private static final int ERROR = 1;
    private static final int STOP_REASON = 2;
    private static final int TEXT_DELTA = 3;
    private static final int THINKING_DELTA = 4;
    private static final int JSON_DELTA = 5;
    private static final int IN_USAGE = 6;
    private static final int IN_MESSAGE = 13;

    /** The figures of a usage object, in the order of their paths above. */
    private static final int FIGURES = IN_MESSAGE - IN_USAGE;

    private static final int INPUT = 0;
    private static final int CACHE_WRITE = 1;
    private static final int CACHE_READ = 2;
    private static final int EPHEMERAL_5M = 3;
    private static final int EPHEMERAL_1H = 4;
    private static final int OUTPUT = 5;
    private static final int THINKING = 6;

    private final boolean whole;
    private final long[] staged = new long[FIGURES];
    private String type = "";
    private boolean error;
    private boolean stopReason;
    private int pieces;

    private final long[] figures = new long[FIGURES];
    private boolean counted;
    private boolean stopped;
    private boolean ended;
    private boolean failed;

    /**
     * Reads events, or one body.
     *
     * @param whole whether the answer is one JSON body
     */
    MessagesTally(boolean whole) {
        this.whole = whole;
        Arrays.fill(figures, JsonScanner.ABSENT);
    }

    @Override
    FieldTree fields() {
        return FIELDS;
    }

    @Override
    void frameBegins() {
        Arrays.fill(staged, JsonScanner.ABSENT);
        type = "";
        error = false;
        stopReason = false;
        pieces = 0;
    }

    @Override
    public void begin(int field, boolean array) {
        error |= field == ERROR;
    }

    @Override
    public void scalar(int field, JsonScanner value) {
        switch (field) {
            case TYPE -> type = value.word();
            case ERROR -> error = !value.isNull();
            case STOP_REASON -> stopReason = value.isText();
            case TEXT_DELTA, THINKING_DELTA, JSON_DELTA -> pieces += value.isText() ? 1 : 0;
            default -> staged[(field - IN_USAGE) % FIGURES] = count(value);
        }
    }

    @Override
    void frameEnds() {
        switch (type) {
            case "message_start" -> merge();
            case "message_delta" -> {
                merge();
                counted |= staged[OUTPUT] != JsonScanner.ABSENT;
                stopped |= stopReason;
            }
            case "content_block_delta" -> addDeltas(pieces);
            case "message_stop" -> ended = true;
            case "message" -> {
                merge();
                counted = staged[INPUT] != JsonScanner.ABSENT || staged[OUTPUT] != JsonScanner.ABSENT;
                stopped = true;
                ended = true;
            }
            default -> failed |= type.equals("error") || error;
        }
        ended |= whole;
    }

    private void merge() {
        for (int i = 0; i < FIGURES; i++) {
            if (staged[i] != JsonScanner.ABSENT) {
                figures[i] = staged[i];
            }
        }
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
        if (!counted) {
            return Optional.empty();
        }
        return Optional.of(new TokenUsage(
                input(),
                optional(figures[CACHE_READ]),
                cacheWrite(),
                optional(figures[OUTPUT]),
                optional(figures[THINKING]),
                stopped || ended ? Confidence.EXACT : Confidence.EXACT_PARTIAL,
                new Evidence(whole ? "body" : "message_delta", "usage")));
    }

    @Override
    OptionalLong inputGuess() {
        return input();
    }

    private OptionalLong input() {
        OptionalLong written = cacheWrite();
        if (figures[INPUT] == JsonScanner.ABSENT) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(figures[INPUT] + written.orElse(0) + Math.max(0, figures[CACHE_READ]));
    }

    private OptionalLong cacheWrite() {
        if (figures[CACHE_WRITE] != JsonScanner.ABSENT) {
            return OptionalLong.of(figures[CACHE_WRITE]);
        }
        if (figures[EPHEMERAL_5M] == JsonScanner.ABSENT && figures[EPHEMERAL_1H] == JsonScanner.ABSENT) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(0, figures[EPHEMERAL_5M]) + Math.max(0, figures[EPHEMERAL_1H]));
    }
}
