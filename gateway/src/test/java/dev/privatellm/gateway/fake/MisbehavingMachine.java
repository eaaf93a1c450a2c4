// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The far end of the mutual TLS: a server on JDK sockets that shares no code with what is tested, answers as its script says, and remembers what it was sent.
 */
public final class MisbehavingMachine implements AutoCloseable {
    /** What to do with one request. */
    @FunctionalInterface
    public interface Script {
        void answer(Request request, Wire wire) throws IOException, InterruptedException;
    }

    /** A request as it came: names in lower case. */
    public record Request(String method, String target, Map<String, String> headers, String body, String rawHead) {}

    /** The connection back to the gateway. */
    public static final class Wire {
        private final SSLSocket socket;
        private final OutputStream out;

        private Wire(SSLSocket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        /** Sends text as it is. */
        public void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** Sends a whole answer with a length. */
        public void json(int status, String body, String... headers) throws IOException {
            send("HTTP/1.1 " + status + " Any\r\ncontent-type: application/json\r\n" + lines(headers)
                    + "content-length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
        }

        /** Begins a chunked answer. */
        public void begin(String contentType) throws IOException {
            send("HTTP/1.1 200 OK\r\nserver: engine\r\ncontent-type: " + contentType
                    + "\r\ntransfer-encoding: chunked\r\n\r\n");
        }

        /** Sends one chunk. */
        public void chunk(String text) throws IOException {
            send(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
        }

        /** Ends a chunked answer. */
        public void finish() throws IOException {
            send("0\r\n\r\n");
        }

        /** Cuts the connection without a word. */
        public void cut() throws IOException {
            socket.close();
        }

        /** Waits until the gateway has closed the connection. */
        public void awaitClosed() throws IOException {
            try {
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("bytes instead of an end");
                }
            } catch (SocketException reset) {
                return;
            }
        }

        private static String lines(String... headers) {
            StringBuilder lines = new StringBuilder();
            for (String header : headers) {
                lines.append(header).append("\r\n");
            }
            return lines.toString();
        }
    }

    private final SSLContext context;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<SSLSocket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final int port;
    private volatile Script script = (request, wire) -> wire.json(500, "{\"error\":\"no script\"}");
    private volatile SSLServerSocket server;
    private volatile Thread acceptor;

    public MisbehavingMachine(TestAuthority authority, TestAuthority.Identity identity) throws IOException {
        this.context = context(authority, identity);
        this.server = listen(0);
        this.port = server.getLocalPort();
        accept(server);
    }

    /** What to do from now on. */
    public void script(Script next) {
        script = next;
    }

    public int port() {
        return port;
    }

    /** Every request that was read completely. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** TLS handshakes completed. */
    public int handshakes() {
        return handshakes.get();
    }

    /** Forgets requests and handshakes. */
    public void clear() {
        requests.clear();
        handshakes.set(0);
    }

    /** The machine goes away: from now on it refuses connections, and those that stand are cut. */
    public void vanish() throws IOException {
        server.close();
        try {
            // A port is closed by the thread that listens at it, when it gets to run.
            acceptor.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("while the port was being closed");
        }
        for (SSLSocket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** It is there again, at the same port. */
    public void comeBack() throws IOException {
        server = listen(port);
        accept(server);
    }

    @Override
    public void close() throws IOException {
        vanish();
        threads.shutdownNow();
    }

    private SSLServerSocket listen(int at) throws IOException {
        SSLServerSocket socket =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        socket.setReuseAddress(true);
        socket.setEnabledProtocols(new String[] {"TLSv1.3"});
        socket.setNeedClientAuth(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 512);
        return socket;
    }

    private void accept(SSLServerSocket from) {
        acceptor = Thread.ofVirtual().start(() -> {
            while (!from.isClosed()) {
                try {
                    SSLSocket socket = (SSLSocket) from.accept();
                    sockets.add(socket);
                    threads.execute(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            handshakes.incrementAndGet();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Wire wire = new Wire(socket);
            Request request = read(in);
            while (request != null) {
                requests.add(request);
                script.answer(request, wire);
                request = socket.isClosed() ? null : read(in);
            }
        } catch (IOException | InterruptedException ended) {
            sockets.remove(socket);
        }
    }

    private static Request read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
        }
        String raw = head.toString(StandardCharsets.ISO_8859_1);
        String[] lines = raw.split("\r\n", -1);
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; !lines[i].isEmpty(); i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).trim());
        }
        String[] start = lines[0].split(" ", -1);
        String body;
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            body = readChunks(in);
        } else {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }
        return new Request(start[0], start[1], headers, body, raw);
    }

    private static String readChunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
            line(in);
            if (size == 0) {
                return body.toString();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static SSLContext context(TestAuthority authority, TestAuthority.Identity identity) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "machine", identity.keys().getPrivate(), new char[0], new Certificate[] {identity.certificate()});
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, new char[0]);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", authority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
