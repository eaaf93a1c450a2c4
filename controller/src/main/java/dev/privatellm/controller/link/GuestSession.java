// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.pki.Epoch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** Connections to one guest under one generation of certificates. Every failure leaves it as a {@link GuestFailure}. */
final class GuestSession implements AutoCloseable {
    /** Includes the TLS handshake. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final String RECEIVED_ALERT = "Received fatal alert";

    private final GuestAddress guest;
    private final String bearer;
    private final HttpClient client;

    GuestSession(GuestAddress guest, Epoch epoch, InstantSource clock) {
        this.guest = guest;
        this.bearer = "Bearer " + epoch.tokens().manage().value();
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setServerNames(List.of(new SNIHostName(guest.serverName())));
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(context(guest, epoch, clock))
                .sslParameters(parameters)
                .build();
    }

    HttpResponse<byte[]> get(String path, Duration timeout) {
        return send(request(path, timeout).GET().build());
    }

    HttpResponse<byte[]> post(String path, byte[] body, Duration timeout) {
        return send(request(path, timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        String host = guest.host().contains(":") ? "[" + guest.host() + "]" : guest.host();
        return HttpRequest.newBuilder(URI.create("https://" + host + ":" + guest.port() + path))
                .timeout(timeout)
                .header("Authorization", bearer);
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        } catch (IOException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuestFailure.Unreachable("the call was given up", e);
        }
        if (answer.statusCode() / 100 != 2) {
            String path = request.uri().getPath();
            throw new GuestFailure.Refused(
                    answer.statusCode(),
                    "the machine answered %d to %s".formatted(answer.statusCode(), path),
                    new IOException("HTTP " + answer.statusCode()));
        }
        return answer;
    }

    /** Our own trust manager's refusals are certificate exceptions; an alert that was received is the machine's refusal of us. */
    private GuestFailure failure(IOException failure) {
        String where = "%s:%d".formatted(guest.host(), guest.port());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException refusal) {
                return new GuestFailure.Untrusted(where + ": " + refusal.getMessage(), failure);
            }
            if (cause instanceof SSLException
                    && String.valueOf(cause.getMessage()).contains(RECEIVED_ALERT)) {
                return new GuestFailure.Refused(0, where + " refused us: " + cause.getMessage(), failure);
            }
        }
        if (failure instanceof SSLException && !(failure.getCause() instanceof IOException)) {
            return new GuestFailure.Untrusted(where + " does not speak TLS 1.3: " + failure.getMessage(), failure);
        }
        return new GuestFailure.Unreachable(where + ": " + failure.getClass().getSimpleName(), failure);
    }

    private static SSLContext context(GuestAddress guest, Epoch epoch, InstantSource clock) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new ClientIdentity(epoch.controller())},
                    new TrustManager[] {new GuestTrust(guest, epoch.trusted(), clock)},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS 1.3", e);
        }
    }
}
