// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.Identity;
import dev.privatellm.machine.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** A guest's front on loopback: TLS 1.3, client certificate required, bearer compared; what it heard is kept for the test. */
final class TlsGuest implements AutoCloseable {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<String> serverNames = new CopyOnWriteArrayList<>();
    final List<String> clients = new CopyOnWriteArrayList<>();
    private final java.util.Set<String> sessionIds = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final HttpsServer server;
    private volatile String health = health(1, "booting");
    private final Object change = new Object();

    /** Serves with this identity and admits clients of this authority that bear this token. */
    TlsGuest(Identity identity, X509Certificate authority, String token) throws Exception {
        this(identity, authority, token, 0);
    }

    private TlsGuest(Identity identity, X509Certificate authority, String token, int port) throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        server.setHttpsConfigurator(new HttpsConfigurator(context(identity, authority)) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setProtocols(new String[] {"TLSv1.3"});
                ssl.setNeedClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/pllm/v1/", exchange -> answer(exchange, token));
        server.start();
    }

    static TlsGuest of(Epoch epoch) throws Exception {
        return of(epoch, 0);
    }

    static TlsGuest of(Epoch epoch, int port) throws Exception {
        return new TlsGuest(
                TestPki.serverOf(epoch),
                epoch.authority(),
                epoch.tokens().manage().value(),
                port);
    }

    GuestAddress address(Epoch epoch) {
        return address(epoch.serverName(), epoch.pin().orElseThrow().hex(), epoch.generation());
    }

    GuestAddress address(String serverName, String pin, long generation) {
        return new GuestAddress(
                "127.0.0.1", server.getAddress().getPort(), serverName, pin, Optional.empty(), generation);
    }

    void become(long seq, String state) {
        synchronized (change) {
            health = health(seq, state);
            change.notifyAll();
        }
    }

    /** The machine is gone: listener and connections end. */
    void stop() {
        server.stop(0);
    }

    @Override
    public void close() {
        stop();
    }

    private void answer(HttpExchange exchange, String token) throws IOException {
        try (exchange) {
            var session = ((com.sun.net.httpserver.HttpsExchange) exchange).getSSLSession();
            clients.add(session.getPeerPrincipal().getName());
            sessionIds.add(java.util.HexFormat.of().formatHex(session.getId()));
            ((ExtendedSSLSession) session)
                    .getRequestedServerNames()
                    .forEach(name -> serverNames.add(((SNIHostName) name).getAsciiName()));
            byte[] body = exchange.getRequestBody().readAllBytes();
            calls.add("%s %s %s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            new String(body, StandardCharsets.UTF_8))
                    .strip());
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/pllm/v1/health" ->
                    send(exchange, 200, awaited(exchange.getRequestURI().getQuery()));
                case "/pllm/v1/heartbeat" -> exchange.sendResponseHeaders(204, -1);
                case "/pllm/v1/drain" -> send(exchange, 200, "{\"openStreams\":3}");
                case "/pllm/v1/bundle" -> exchange.sendResponseHeaders(202, -1);
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private String awaited(String query) {
        String unchanged = health;
        if (query.startsWith("after=-1")
                || !unchanged.contains("\"seq\":" + query.replaceAll("after=(\\d+).*", "$1") + ",")) {
            return unchanged;
        }
        synchronized (change) {
            try {
                while (health.equals(unchanged)) {
                    change.wait(10_000);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return health;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    int sessions() {
        return sessionIds.size();
    }

    static String health(long seq, String state) {
        return """
                {"schema":1,"seq":%d,"bootId":"b1","instanceId":"42","generation":1,"configHash":"c","state":"%s","percent":7,\
                "models":[{"name":"m","digest":null,"loaded":true}],"openStreams":2,"lastActivity":"2026-11-21T08:00:00Z",\
                "deadManAt":null,"reason":null,"newer":1}""".formatted(seq, state);
    }

    static SSLContext context(Identity identity, X509Certificate authority) throws Exception {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("server", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
