// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Set;

/** Translates what sockets and TLS engines throw into {@link StreamEnd.Refusal}. */
final class TlsFailures {
    /** What the names of the alerts about a certificate have in common. */
    private static final Set<String> JUDGEMENTS =
            Set.of("certificate", "unknown_ca", "access_denied", "decrypt_error", "handshake_failure");

    private TlsFailures() {}

    static StreamEnd.Refusal ofConnect(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return StreamEnd.Refusal.CONNECT_TIMEOUT;
        }
        return cause instanceof ConnectException && !(cause instanceof NoRouteToHostException)
                ? StreamEnd.Refusal.CONNECT_REFUSED
                : StreamEnd.Refusal.CONNECT_FAILED;
    }

    static StreamEnd.Refusal ofHandshake(Throwable cause) {
        if (cause instanceof SslHandshakeTimeoutException) {
            return StreamEnd.Refusal.HANDSHAKE_TIMEOUT;
        }
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof GeneralSecurityException) {
                return StreamEnd.Refusal.PEER_NOT_TRUSTED;
            }
        }
        return StreamEnd.Refusal.HANDSHAKE_REFUSED;
    }

    /**
     * Whether the peer ended TLS by an alert that tells what it thinks of our certificate, hence before it read anything (RFC 8446 section 4.4.2.4, 6.2); neither engine has a type for it. Any
     * other alert may come in the middle of a request.
     */
    static boolean isJudgement(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        boolean alert = message.contains("alert") || message.contains("tlsv1_certificate_required");
        return alert && JUDGEMENTS.stream().anyMatch(message::contains);
    }
}
