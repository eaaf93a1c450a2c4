// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.port.UsageRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A row of usage as it is written: times ISO-8601, durations seconds, a count that nobody reported left out. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"schema", "time", "requestId"})
record LedgerLine(
        int schema,
        Instant time,
        String requestId,
        String key,
        String namespace,
        String name,
        String modelAsked,
        String modelServed,
        String api,
        boolean streamed,
        int status,
        Optional<String> reason,
        OptionalLong inputTokens,
        OptionalLong cachedInputTokens,
        OptionalLong cacheWriteInputTokens,
        OptionalLong outputTokens,
        OptionalLong reasoningTokens,
        String confidence,
        Optional<Double> timeToFirstByteSeconds,
        double heldSeconds,
        double durationSeconds,
        boolean wakeCaused,
        Optional<String> runId) {
    private static final int SCHEMA = 1;

    static LedgerLine of(UsageRow row) {
        TokenUsage usage = row.usage();
        return new LedgerLine(
                SCHEMA,
                row.time(),
                row.requestId(),
                row.keyId(),
                row.route().namespace(),
                row.route().name(),
                row.modelAsked(),
                row.modelServed(),
                row.api(),
                row.streamed(),
                row.status(),
                row.reason(),
                usage.input(),
                usage.cachedInput(),
                usage.cacheWriteInput(),
                usage.output(),
                usage.reasoning(),
                usage.confidence().word(),
                row.timeToFirstByte().map(LedgerLine::seconds),
                seconds(row.held()),
                seconds(row.duration()),
                row.wakeCaused(),
                row.runId());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
