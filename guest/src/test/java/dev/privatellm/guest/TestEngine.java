// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** An Ollama of a few lines: models that can be pulled and loaded, and an answer that goes on for as long as a test lets it. */
final class TestEngine implements AutoCloseable {
    private final HttpServer server;
    final Set<String> present = ConcurrentHashMap.newKeySet();
    final List<String> calls = new CopyOnWriteArrayList<>();
    /** Headers of the last call of each path. */
    final Map<String, Headers> seen = new ConcurrentHashMap<>();
    /** Lines that a chat may still write; released by the test. */
    final Semaphore lines = new Semaphore(0);

    final CountDownLatch clientGone = new CountDownLatch(1);
    /** Pulls that break off after half of the layer. */
    final AtomicInteger brokenPulls = new AtomicInteger();
    /** Pulls that say success without leaving a model behind. */
    final AtomicInteger emptyPulls = new AtomicInteger();

    /** Disk left for models, in models; a pull without any fails. */
    final AtomicInteger room = new AtomicInteger(1000);
    /** Models whose pulls go on and on. */
    final Set<String> endless = ConcurrentHashMap.newKeySet();
    /** Models whose pulls ended because nobody listened any more. */
    final List<String> abandoned = new CopyOnWriteArrayList<>();
    /** What the registry has under a tag now, if that is not the usual. */
    final Map<String, String> registry = new ConcurrentHashMap<>();
    /** Models that are shown, and not listed with a digest. */
    final Set<String> unlisted = ConcurrentHashMap.newKeySet();
    /** Digests other than the usual one. */
    final Map<String, String> digests = new ConcurrentHashMap<>();
    /** After a pull that left nothing the engine answers no more before this is open: what the guest says of that pull stays until a test has seen it. */
    private final CountDownLatch seenToFail = new CountDownLatch(1);

    private volatile boolean hasFailed;

    /** What is in memory; a test that takes it away has killed the engine, and started it again. */
    final Set<String> held = ConcurrentHashMap.newKeySet();

    volatile int versionStatus = 200;

    TestEngine() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.add(path + " " + body);
        Headers headers = new Headers();
        headers.putAll(exchange.getRequestHeaders());
        seen.put(path, headers);
        try (exchange) {
            switch (path) {
                case "/api/version" -> {
                    awaitSeen();
                    send(exchange, versionStatus, "{\"version\":\"0.34.0\"}");
                }
                case "/api/show" -> send(exchange, present.contains(model(body)) ? 200 : 404, "{}");
                case "/api/tags" -> send(exchange, 200, list(present));
                case "/api/ps" -> send(exchange, 200, list(held));
                case "/api/pull" -> pull(exchange, model(body));
                case "/api/generate" -> load(exchange, body);
                case "/api/delete" -> delete(exchange, model(body));
                case "/api/embed" -> send(exchange, 200, "{\"embeddings\":[]}");
                case "/api/chat" -> chat(exchange);
                default -> send(exchange, 404, "{}");
            }
        }
    }

    private void delete(HttpExchange exchange, String model) throws IOException {
        boolean isThere = exchange.getRequestMethod().equals("DELETE") && present.remove(model);
        if (isThere) {
            room.incrementAndGet();
        }
        send(exchange, isThere ? 200 : 404, "");
    }

    /** A pull that failed has been seen to: the next one may begin. */
    void failureIsSeen() {
        seenToFail.countDown();
    }

    private void awaitSeen() throws IOException {
        try {
            if (hasFailed && !seenToFail.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody has seen that the pull failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void load(HttpExchange exchange, String body) throws IOException {
        if (body.contains("\"keep_alive\":0")) {
            held.remove(model(body));
            send(exchange, present.contains(model(body)) ? 200 : 404, "{\"done\":true,\"done_reason\":\"unload\"}");
        } else if (model(body).contains("embed")) {
            send(exchange, 400, "{\"error\":\"this model does not support generate\"}");
        } else {
            if (present.contains(model(body))) {
                held.add(model(body));
            }
            send(exchange, present.contains(model(body)) ? 200 : 404, "{\"done\":true,\"done_reason\":\"load\"}");
        }
    }

    private void pull(HttpExchange exchange, String model) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        write(out, "{\"status\":\"pulling manifest\"}\n");
        write(out, "{\"status\":\"pulling\",\"digest\":\"sha256:a\",\"total\":200,\"completed\":100}\n");
        if (room.get() == 0) {
            write(out, "{\"error\":\"write blobs: no space left on device\"}\n");
            return;
        }
        goOn(out, model);
        if (brokenPulls.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            hasFailed = true;
            throw new IOException("cut");
        }
        write(out, "{\"status\":\"pulling\",\"digest\":\"sha256:a\",\"total\":200,\"completed\":200}\n");
        if (emptyPulls.getAndUpdate(n -> Math.max(0, n - 1)) == 0) {
            present.add(model);
            digests.put(model, registry.getOrDefault(model, "d1"));
            room.decrementAndGet();
        } else {
            hasFailed = true;
        }
        write(out, "{\"status\":\"success\"}\n");
    }

    private void goOn(OutputStream out, String model) throws IOException {
        try {
            while (endless.contains(model) && !lines.tryAcquire(20, TimeUnit.MILLISECONDS)) {
                write(out, "{\"status\":\"pulling\",\"digest\":\"sha256:a\",\"total\":200,\"completed\":100}\n");
            }
        } catch (IOException e) {
            abandoned.add(model);
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void chat(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("x-pllm-not-forwarded", "loading");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        int line = 0;
        try {
            while (lines.tryAcquire(30, TimeUnit.SECONDS)) {
                write(out, "{\"line\":" + line++ + "}\n");
            }
        } catch (IOException e) {
            clientGone.countDown();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private String list(Set<String> models) {
        return models.stream()
                .filter(name -> !unlisted.contains(name))
                .map(name -> "{\"name\":\"%s\",\"digest\":\"%s\"}".formatted(name, digests.getOrDefault(name, "d1")))
                .collect(Collectors.joining(",", "{\"models\":[", "]}"));
    }

    private static String model(String body) {
        return body.replaceFirst(".*\"model\":\"", "").replaceFirst("\".*", "");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
