// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.security.GeneralSecurityException;
import java.util.Locale;

/** Translates what sockets and TLS engines throw into {@link StreamEnd.Refusal}. */
final class TlsFailures {
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

    /** Whether the peer ended TLS by an alert other than its ordinary goodbye; neither engine has a type for it. */
    static boolean isAlert(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("alert") || message.contains("tlsv1_certificate_required");
    }
}
