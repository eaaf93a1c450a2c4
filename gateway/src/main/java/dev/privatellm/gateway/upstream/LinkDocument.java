// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.gateway.port.Accepts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code link.json} as it is written; schema 1. Fields that are not known here are passed over, so that a newer writer is understood. */
record LinkDocument(
        int schema,
        String namespace,
        String name,
        @Nullable String uid,
        long generation,
        @Nullable String endpoint,
        @Nullable String serverName,
        @Nullable PinsDocument pins,
        @Nullable List<String> models,
        @Nullable Map<String, String> aliases,
        @Nullable Integer slots,
        @Nullable Integer contextLength,
        AcceptsWord accepts,
        @Nullable String state,
        @Nullable String stage,
        @Nullable Integer percent,
        @Nullable EtaDocument eta,
        @Nullable Instant bootDeadline,
        @Nullable String reason,
        @Nullable String message,
        @Nullable Instant retryAt,
        @Nullable Double pricePerHour,
        @Nullable String runId) {

    record PinsDocument(@Nullable String current, @Nullable String next) {}

    /** Seconds. */
    record EtaDocument(double p50, double p90) {}

    record TokensDocument(
            @Nullable TokenPair infer, @Nullable TokenPair manage) {}

    record TokenPair(@Nullable String current, @Nullable String next) {}

    /** The written words of {@link Accepts}. */
    enum AcceptsWord {
        forward(Accepts.FORWARD),
        hold(Accepts.HOLD),
        refuse(Accepts.REFUSE);

        private final Accepts meaning;

        AcceptsWord(Accepts meaning) {
            this.meaning = meaning;
        }

        Accepts meaning() {
            return meaning;
        }
    }
}
