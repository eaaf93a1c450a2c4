// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** The metadata server and Secret Manager, as far as one machine asks them. Thread-safe. */
public final class TestCloud implements AutoCloseable {
    static final String ACCESS_TOKEN = "machine-access-token";
    private static final String METADATA = "/computeMetadata/v1/instance/";

    private final HttpServer server;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, byte[]> versions = new HashMap<>();
    private final List<String> secretCalls = new ArrayList<>();
    private final Map<String, String> guestAttributes = new HashMap<>();
    private int refusedWrites;
    private int forbidden;
    private boolean closed;

    public TestCloud() throws IOException {
        values.put("id", "4711");
        values.put("preempted", "FALSE");
        values.put(
                "service-accounts/default/token",
                "{\"access_token\":\"" + ACCESS_TOKEN + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Host and port of both. */
    public String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    static String version(int number) {
        return "projects/p/secrets/pllm-test-bundle/versions/" + number;
    }

    /** A configuration; {@code more} are further fields, replacing nothing. */
    static String config(int secretVersion, String model, int deadManSeconds, String more) {
        return "{\"schema\":1,\"uid\":\"u\",\"configHash\":\"hash\",\"secretVersion\":\"" + version(secretVersion)
                + "\",\"port\":8080,\"engine\":{\"url\":\"http://127.0.0.1:11434\"},\"model\":" + model
                + ",\"deadManSeconds\":" + deadManSeconds
                + ",\"firstBootGraceSeconds\":1800" + more + "}";
    }

    /** Sets what the metadata server tells under a name; who waits for another value is told. */
    public synchronized void set(String name, String value) {
        values.put(name, value);
        notifyAll();
    }

    synchronized void secret(int number, byte[] bundle) {
        versions.put(version(number), bundle);
    }

    /** These versions of secrets are there and no others, each by its full name. */
    public synchronized void secrets(Map<String, byte[]> standing) {
        versions.clear();
        versions.putAll(standing);
    }

    /** The next calls for secrets are refused, as before a grant has arrived. */
    synchronized void forbid(int calls) {
        forbidden = calls;
    }

    synchronized List<String> secretCalls() {
        return List.copyOf(secretCalls);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            if (exchange.getRequestMethod().equals("PUT")) {
                guestAttribute(exchange, path);
            } else if (path.startsWith(METADATA)) {
                metadata(exchange, path.substring(METADATA.length()));
            } else {
                secret(exchange, path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void guestAttribute(HttpExchange exchange, String path) throws IOException {
        String value = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean mayWrite;
        synchronized (this) {
            mayWrite = refusedWrites == 0
                    && "Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"));
            refusedWrites = Math.max(0, refusedWrites - 1);
            if (mayWrite) {
                guestAttributes.put(path.substring((METADATA + "guest-attributes/").length()), value);
            }
        }
        send(exchange, mayWrite ? 200 : 403, mayWrite ? "" : "Guest attributes endpoint access is disabled.");
    }

    /** The next writes of guest attributes are refused. */
    synchronized void refuseWrites(int calls) {
        refusedWrites = calls;
    }

    /** What the machine has written under a path. */
    public synchronized Optional<String> guestAttribute(String name) {
        return Optional.ofNullable(guestAttributes.get(name));
    }

    private void metadata(HttpExchange exchange, String name) throws IOException, InterruptedException {
        if (!"Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"))) {
            send(exchange, 403, "no flavor");
            return;
        }
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String value;
        synchronized (this) {
            while (query.contains("wait_for_change=true")
                    && !closed
                    && query.endsWith("last_etag=" + etag(values.getOrDefault(name, "")))) {
                wait(TimeUnit.SECONDS.toMillis(60));
            }
            value = values.get(name);
        }
        if (value == null) {
            send(exchange, 404, "not found");
        } else {
            exchange.getResponseHeaders().set("ETag", etag(value));
            send(exchange, 200, value);
        }
    }

    private static String etag(String value) {
        return Integer.toHexString(value.hashCode());
    }

    private void secret(HttpExchange exchange, String path) throws IOException {
        byte[] payload;
        boolean refuse;
        synchronized (this) {
            secretCalls.add(path);
            payload = versions.get(path.substring("/v1/".length()).replace(":access", ""));
            refuse = forbidden > 0;
            forbidden = Math.max(0, forbidden - 1);
        }
        if (refuse
                || !("Bearer " + ACCESS_TOKEN)
                        .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(exchange, 403, "{}");
        } else if (payload == null) {
            send(exchange, 404, "{}");
        } else {
            CRC32C sum = new CRC32C();
            sum.update(payload);
            send(
                    exchange,
                    200,
                    "{\"name\":\"x\",\"payload\":{\"data\":\""
                            + Base64.getEncoder().encodeToString(payload) + "\",\"dataCrc32c\":\"" + sum.getValue()
                            + "\"}}");
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
    }
}
