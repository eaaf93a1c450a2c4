// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One fault that the cloud is told to make.
 *
 * @param rpc which calls: {@code Instances.Insert}, {@code compute.instances.insert}, the method alone, or {@code *}
 * @param nth which of those calls, counted from 1 since the rule was posted; 0 for all of them
 * @param when where it hits; without it {@code operation} for a code of an operation ({@code ZONE_RESOURCE_POOL_EXHAUSTED}), else {@code before}
 * @param action what it does
 * @param code HTTP status, canonical word, reason, or an operation's error code
 * @param zone only calls for this zone; empty for any
 * @param machineType only inserts and starts of this type; empty for any
 * @param message text of the error; empty for one that fits the code
 * @param retryAfterSeconds how long the caller is asked to wait; 0 = nothing is said of it
 */
public record FaultRule(
        String rpc,
        int nth,
        When when,
        Action action,
        String code,
        String zone,
        String machineType,
        String message,
        int retryAfterSeconds) {

    /** The side of the effect that a fault is on. */
    public enum When {
        /** Nothing happens, and the caller is told so, or not. */
        @JsonProperty("before")
        BEFORE,
        /** It happens, and the caller is told otherwise, or nothing. */
        @JsonProperty("after")
        AFTER,
        /** The call is accepted; its operation ends with the error. */
        @JsonProperty("operation")
        OPERATION
    }

    /** What the caller meets. */
    public enum Action {
        /** An error answer. */
        @JsonProperty("error")
        ERROR,
        /** No answer, until the caller gives up. */
        @JsonProperty("hang")
        HANG
    }

    @JsonCreator
    static FaultRule of(
            @JsonProperty("rpc") @Nullable String rpc,
            @JsonProperty("nth") @Nullable Integer nth,
            @JsonProperty("when") @Nullable When when,
            @JsonProperty("action") @Nullable Action action,
            @JsonProperty("code") @Nullable String code,
            @JsonProperty("zone") @Nullable String zone,
            @JsonProperty("machineType") @Nullable String machineType,
            @JsonProperty("message") @Nullable String message,
            @JsonProperty("retryAfterSeconds") @Nullable Integer retryAfterSeconds) {
        String word = Objects.requireNonNullElse(code, "503");
        boolean ofOperation = FaultCodes.isOfOperation(word);
        return new FaultRule(
                Objects.requireNonNullElse(rpc, "*"),
                Objects.requireNonNullElse(nth, 0),
                Objects.requireNonNullElse(when, ofOperation ? When.OPERATION : When.BEFORE),
                Objects.requireNonNullElse(action, Action.ERROR),
                word,
                Objects.requireNonNullElse(zone, ""),
                Objects.requireNonNullElse(machineType, ""),
                Objects.requireNonNullElse(message, ""),
                Objects.requireNonNullElse(retryAfterSeconds, 0));
    }

    boolean matches(String method, String callZone, String callType) {
        String name = method.toLowerCase(Locale.ROOT);
        String wanted = rpc.toLowerCase(Locale.ROOT);
        String bare = wanted.substring(wanted.lastIndexOf('.', Math.max(0, wanted.lastIndexOf('.') - 1)) + 1);
        boolean named = wanted.equals("*") || name.equals(bare) || name.endsWith("." + wanted);
        return named
                && (zone.isEmpty() || zone.equals(callZone))
                && (machineType.isEmpty() || machineType.equals(callType));
    }
}
