// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.relay.Headers;
import dev.privatellm.relay.StreamEnd;

/**
 * Decides whether a failed attempt may be repeated: only when it certainly was not processed. Either the connection phase failed, or the machine itself says
 * by {@value #NOT_FORWARDED} that its engine was not reached; nothing else makes a repetition safe. Pure.
 */
public final class RetryPolicy {
    /** Set by the machine on a 503 whose request it did not hand to the engine. */
    public static final String NOT_FORWARDED = "x-pllm-not-forwarded";

    private RetryPolicy() {}

    /** After a response head. */
    public static AttemptOutcome afterHead(int status, Headers headers) {
        if (status == 503 && headers.contains(NOT_FORWARDED)) {
            return AttemptOutcome.AGAIN;
        }
        return status == 401 ? AttemptOutcome.DENIED : AttemptOutcome.PASS;
    }

    /** After an end without a response head. */
    public static AttemptOutcome afterEnd(StreamEnd end) {
        return switch (end) {
            case StreamEnd.Clean() -> AttemptOutcome.AMBIGUOUS;
            case StreamEnd.Truncated(String _) -> AttemptOutcome.AMBIGUOUS;
            case StreamEnd.Reset(String _) -> AttemptOutcome.AMBIGUOUS;
            case StreamEnd.Refused(StreamEnd.Refusal refusal, Throwable _) -> afterRefusal(refusal);
        };
    }

    private static AttemptOutcome afterRefusal(StreamEnd.Refusal refusal) {
        return switch (refusal) {
            case PEER_NOT_TRUSTED -> AttemptOutcome.UNTRUSTED;
            case CONNECT_REFUSED,
                    CONNECT_TIMEOUT,
                    CONNECT_FAILED,
                    HANDSHAKE_TIMEOUT,
                    HANDSHAKE_REFUSED,
                    CONNECTION_GONE,
                    TOO_MANY_CONNECTIONS,
                    CLOSED -> AttemptOutcome.AGAIN;
        };
    }
}
