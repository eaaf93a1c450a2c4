// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that answers what it was told to, in that order, and keeps what it was asked. */
final class RecordingCloud implements AutoCloseable {
    static final String PROJECT = "golden-project";
    private static final String ACCOUNT = "tester@golden-project.iam.gserviceaccount.com";

    /** One request as it came over the wire. */
    record Call(String method, String path, Map<String, String> query, Map<String, List<String>> headers, String body) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        String line() {
            return method + " " + path;
        }
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Path credentials;

    RecordingCloud(Path folder) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::handle);
            server.setExecutor(threads);
            server.start();
            credentials = writeKey(folder.resolve("key.json"), endpoint() + "/token");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String PRIVATE_KEY = privateKey();

    private static String privateKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a service-account key as Google hands it out. */
    static Path writeKey(Path file, String tokenUri) throws IOException {
        Map<String, String> key = new TreeMap<>(Map.of(
                "type", "service_account",
                "project_id", PROJECT,
                "private_key_id", "golden",
                "private_key", PRIVATE_KEY,
                "client_email", ACCOUNT,
                "client_id", "1",
                "token_uri", tokenUri));
        return Files.writeString(file, JsonMapper.shared().writeValueAsString(key));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    GoogleCloudSettings settings() {
        return new GoogleCloudSettings(PROJECT, Optional.of(endpoint()), Optional.of(credentials));
    }

    RecordingCloud answers(String json) {
        return answers(200, json);
    }

    RecordingCloud answers(int status, String json) {
        return answers(status, Map.of(), json);
    }

    /** Asks to be left alone for this long. */
    RecordingCloud putsOff(Duration pause, String json) {
        return answers(503, Map.of("Retry-After", Long.toString(pause.toSeconds())), json);
    }

    private RecordingCloud answers(int status, Map<String, String> headers, String json) {
        return next(exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            headers.forEach(exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        });
    }

    /** Begins an upload that goes on at this path. */
    RecordingCloud answersWithLocation(String path) {
        return next(exchange -> {
            exchange.getResponseHeaders().add("Location", endpoint() + path);
            exchange.sendResponseHeaders(200, -1);
        });
    }

    /** Has so much of an upload. */
    RecordingCloud answersIncomplete(long bytes) {
        return next(exchange -> {
            exchange.getResponseHeaders().add("Range", "bytes=0-" + (bytes - 1));
            exchange.sendResponseHeaders(308, -1);
        });
    }

    /** Takes the next request and then ends the connection without a byte: the effect may have happened, the answer is lost. */
    RecordingCloud losesItsAnswer() {
        return next(HttpExchange::close);
    }

    /** Takes the next request and never answers. */
    RecordingCloud hangs() {
        return next(_ -> {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The only call there was. */
    Call call() {
        if (calls.size() != 1) {
            throw new AssertionError("calls: " + calls.stream().map(Call::line).toList());
        }
        return calls.getFirst();
    }

    private synchronized RecordingCloud next(Answer answer) {
        answers.add(answer);
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            URI uri = exchange.getRequestURI();
            calls.add(new Call(
                    exchange.getRequestMethod(),
                    uri.getPath(),
                    query(uri),
                    Map.copyOf(exchange.getRequestHeaders()),
                    body));
            Answer answer;
            synchronized (this) {
                answer = answers.isEmpty() ? HttpExchange::close : answers.removeFirst();
            }
            answer.to(exchange);
        }
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new TreeMap<>();
        if (uri.getRawQuery() != null) {
            Arrays.stream(uri.getRawQuery().split("&", -1))
                    .map(pair -> pair.split("=", 2))
                    .forEach(pair -> query.put(decode(pair[0]), pair.length == 2 ? decode(pair[1]) : ""));
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
