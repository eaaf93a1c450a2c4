// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.Evidence;
import dev.privatellm.gateway.metering.TokenUsage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Embeddings: one JSON body with an input count, or with none at all (Ollama's legacy path). */
final class EmbeddingTally extends Tally {
    private static final int ERROR = 0;

    private final List<String> paths;
    private final FieldTree fields;
    private final long[] counts;
    private boolean error;
    private boolean whole;

    /** Reads the first of these fields that holds a count; none if the API reports none. */
    EmbeddingTally(String... paths) {
        this.paths = List.of(paths);
        this.fields = FieldTree.of(
                Stream.concat(Stream.of("error"), this.paths.stream()).toArray(String[]::new));
        this.counts = new long[paths.length];
        Arrays.fill(counts, JsonScanner.ABSENT);
    }

    @Override
    FieldTree fields() {
        return fields;
    }

    @Override
    void frameBegins() {}

    @Override
    public void begin(int field, boolean array) {
        error |= field == ERROR;
    }

    @Override
    public void scalar(int field, JsonScanner value) {
        if (field == ERROR) {
            error = !value.isNull();
        } else {
            counts[field - 1] = count(value);
        }
    }

    @Override
    void frameEnds() {
        whole = true;
    }

    @Override
    boolean complete() {
        return whole;
    }

    @Override
    boolean engineError() {
        return whole && error;
    }

    @Override
    Optional<TokenUsage> usage() {
        if (!whole || error) {
            return Optional.empty();
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != JsonScanner.ABSENT) {
                return Optional.of(input(counts[i], paths.get(i)));
            }
        }
        return Optional.empty();
    }

    private static TokenUsage input(long count, String field) {
        return new TokenUsage(
                OptionalLong.of(count),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Confidence.EXACT,
                new Evidence("body", field));
    }
}
