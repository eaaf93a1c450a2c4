// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/** How an {@link UpstreamStream} ended: the difference decides whether a request may be sent again. */
public sealed interface StreamEnd {
    /** The response came to its end as its framing says. */
    record Clean() implements StreamEnd {}

    /** The head came, the body did not come to its end: the connection broke, the framing was violated, or the idle deadline passed. Never to be repeated. */
    record Truncated(String reason) implements StreamEnd {}

    /** Certainly unprocessed: not a byte of the request was handed to an established connection, or the peer refused the handshake. Safe to send again. */
    record Refused(Refusal refusal, Throwable cause) implements StreamEnd {}

    /** Something of the request may have been written and no response head came: ambiguous. Not to be repeated. */
    record Reset(String reason) implements StreamEnd {}

    /** Why a request was certainly not processed. */
    enum Refusal {
        /** The peer answered the connection attempt with a refusal. */
        CONNECT_REFUSED,
        /** No answer to the connection attempt within the deadline. */
        CONNECT_TIMEOUT,
        /** No way there: unreachable, no such address, no more descriptors. */
        CONNECT_FAILED,
        /** The TLS handshake did not end within its deadline. */
        HANDSHAKE_TIMEOUT,
        /** We refused the peer: chain, name or pin. The cause holds the trust manager's exception. */
        PEER_NOT_TRUSTED,
        /** The peer refused us, by a TLS alert or by closing during the handshake. */
        HANDSHAKE_REFUSED,
        /** The connection had ended, or its peer had said something unasked, before a byte of the request was written. */
        CONNECTION_GONE,
        /** The bound on connections is reached. */
        TOO_MANY_CONNECTIONS,
        /** This upstream was closed. */
        CLOSED
    }
}
