// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.schema.Reason;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is written down of an exchange, filled in by the filters as they learn it. No text of a user is in it. */
public final class ExchangeRecord {
    private @Nullable RouteId route;
    private @Nullable String servedModel;
    private @Nullable String runId;
    private @Nullable Reason reason;
    private @Nullable Duration timeToFirstByte;
    private TokenUsage usage = TokenUsage.UNKNOWN;
    private Duration held = Duration.ZERO;
    private boolean wakeCaused;
    private boolean truncated;

    /** The machine that is to answer. */
    public void route(RouteId chosen, String engineModel, Optional<String> run) {
        route = chosen;
        servedModel = engineModel;
        runId = run.orElse(null);
    }

    public Optional<RouteId> route() {
        return Optional.ofNullable(route);
    }

    public Optional<String> servedModel() {
        return Optional.ofNullable(servedModel);
    }

    public Optional<String> runId() {
        return Optional.ofNullable(runId);
    }

    /** It failed; the first reason stays. */
    public void failed(Reason why) {
        if (reason == null) {
            reason = why;
        }
    }

    public Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** The engine's answer broke off. */
    public void truncated() {
        truncated = true;
    }

    public boolean isTruncated() {
        return truncated;
    }

    /** From dispatch to the engine's first body byte. */
    public void timeToFirstByte(Duration duration) {
        timeToFirstByte = duration;
    }

    public Optional<Duration> timeToFirstByte() {
        return Optional.ofNullable(timeToFirstByte);
    }

    /** The tokens, once. */
    public void usage(TokenUsage counted) {
        usage = counted;
    }

    public TokenUsage usage() {
        return usage;
    }

    /** How long it waited, and whether it was the one that woke the machine. */
    public void held(Duration duration, boolean causedWake) {
        held = duration;
        wakeCaused = causedWake;
    }

    public Duration held() {
        return held;
    }

    public boolean wakeCaused() {
        return wakeCaused;
    }
}
