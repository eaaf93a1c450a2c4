// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that speaks plain HTTP text over TLS. */
final class TlsClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 10_000;

    private final SSLSocket socket;

    private TlsClient(SSLSocket socket) {
        this.socket = socket;
    }

    static TlsClient connect(InetSocketAddress address, SSLContext tls, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket();
        socket.connect(address);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return new TlsClient(socket);
    }

    TlsClient send(String method, String target, String token, String body, String... moreHeaderLines)
            throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: pllm-test\r\n");
        if (!token.isEmpty()) {
            request.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        for (String line : moreHeaderLines) {
            request.append(line).append("\r\n");
        }
        request.append("Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body);
        socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Reads until this text has come, and returns all that came. */
    String readUntil(String end) throws IOException {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (read.indexOf(end, Math.max(0, read.length() - end.length())) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("ended after: " + read);
            }
            read.append((char) b);
        }
        return read.toString();
    }

    /** Head and body of a response that tells its length. */
    String readAnswer() throws IOException {
        String head = readUntil("\r\n\r\n");
        int at = head.indexOf("Content-Length: ");
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
        return head + new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
