// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.util.List;
import java.util.Optional;

/** Responses: the usage of the response that {@code response.completed}, {@code .incomplete}, {@code .failed} or {@code .cancelled} carries, if not null. */
final class ResponsesTally extends Tally {
    private enum Field implements FieldTree.Field {
        TYPE("type"),
        SEQUENCE_NUMBER("sequence_number"),
        DELTA("delta"),
        ERROR("error"),
        STATUS("status"),
        RESPONSE_ID("response.id"),
        RESPONSE_USAGE("response.usage"),
        RESPONSE_INPUT("response.usage.input_tokens"),
        RESPONSE_OUTPUT("response.usage.output_tokens"),
        RESPONSE_CACHED("response.usage.input_tokens_details.cached_tokens"),
        RESPONSE_CACHE_WRITE("response.usage.input_tokens_details.cache_write_tokens"),
        RESPONSE_REASONING("response.usage.output_tokens_details.reasoning_tokens"),
        USAGE("usage"),
        INPUT("usage.input_tokens"),
        OUTPUT("usage.output_tokens"),
        CACHED("usage.input_tokens_details.cached_tokens"),
        CACHE_WRITE("usage.input_tokens_details.cache_write_tokens"),
        REASONING("usage.output_tokens_details.reasoning_tokens");

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
    private String type = "";
    private long sequence = JsonScanner.ABSENT;
    private boolean delta;
    private boolean error;
    private boolean status;
    private String id = "";

    private boolean ended;
    private boolean failed;
    private long nextSequence;
    private String responseId = "";
    private Optional<TokenUsage> usage = Optional.empty();

    /**
     * Reads events, or one body.
     *
     * @param whole whether the answer is one JSON body
     */
    ResponsesTally(boolean whole) {
        this.whole = whole;
    }

    @Override
    FieldTree fields() {
        return TREE;
    }

    @Override
    void frameBegins() {
        staged.clear();
        type = "";
        sequence = JsonScanner.ABSENT;
        delta = false;
        error = false;
        status = false;
        id = "";
    }

    @Override
    public void begin(int field, boolean array) {
        switch (FIELDS.get(field)) {
            case DELTA -> delta = true;
            case ERROR -> error = true;
            case RESPONSE_USAGE, USAGE -> staged.clear();
            default -> {}
        }
    }

    @Override
    public void scalar(int field, JsonScanner value) {
        switch (FIELDS.get(field)) {
            case TYPE -> type = value.word();
            case SEQUENCE_NUMBER -> sequence = value.count();
            case DELTA -> delta = value.isText();
            case ERROR -> error = !value.isNull();
            case STATUS -> status = value.isText();
            case RESPONSE_ID -> id = value.word();
            case RESPONSE_USAGE, USAGE -> staged.clear();
            case RESPONSE_INPUT, INPUT -> staged.input = count(value);
            case RESPONSE_OUTPUT, OUTPUT -> staged.output = count(value);
            case RESPONSE_CACHED, CACHED -> staged.cached = count(value);
            case RESPONSE_CACHE_WRITE, CACHE_WRITE -> staged.cacheWrite = count(value);
            case RESPONSE_REASONING, REASONING -> staged.reasoning = count(value);
        }
    }

    @Override
    void frameEnds() {
        if (whole) {
            ended = true;
            failed = error && !status;
            count("body");
            return;
        }
        nextSequence = Math.max(nextSequence, sequence + 1);
        if (!id.isEmpty()) {
            responseId = id;
        }
        addDeltas(delta && type.endsWith(".delta") ? 1 : 0);
        switch (type) {
            case "response.completed", "response.incomplete", "response.failed", "response.cancelled" -> {
                ended = true;
                count(type);
            }
            default -> failed |= type.equals("error") || (type.isEmpty() && error);
        }
    }

    private void count(String frame) {
        if (staged.any()) {
            usage = Optional.of(staged.usage(Confidence.EXACT, new Evidence(frame, "usage")));
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
        return usage;
    }

    @Override
    long nextSequence() {
        return nextSequence;
    }

    @Override
    String responseId() {
        return responseId;
    }
}
