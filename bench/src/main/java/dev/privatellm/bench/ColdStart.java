// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long a sleeping machine keeps a request waiting beyond its own boot, and whether a crowd at the door of a boot loses anybody. Requests are Ollama
 * chats, not streamed; the moment at which one reached the engine is the engine's own record.
 */
public final class ColdStart {
    private static final Duration ANSWER_DEADLINE = Duration.ofMinutes(5);

    private final Subject subject;
    private final Clock clock;
    private final Consumer<String> progress;

    public ColdStart(Subject subject, Clock clock, Consumer<String> progress) {
        this.subject = subject;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * @param toEngine request sent to first byte at the engine
     * @param fromReady model loaded, by the engine's record, to first byte of the first request at the engine
     */
    public record Wakes(Sample toEngine, Sample fromReady) {}

    /** Many clients at one boot. */
    public record Crowd(int clients, int answered, int wakes) {}

    /** What was measured. */
    public record Report(Wakes wakes, Crowd crowd, long residentMiB) {}

    /** Measures single wakes one after another, then one wake with a crowd. */
    public Report run(int wakes, int clients) throws IOException, InterruptedException {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var toEngine = new ArrayList<Double>();
            var fromReady = new ArrayList<Double>();
            for (int i = 0; i < wakes; i++) {
                subject.sleep();
                var sentAt = clock.instant();
                requireAnswered(client.send(chat("wake " + i), HttpResponse.BodyHandlers.ofString())
                        .statusCode());
                var first = firstCountedSince(client, sentAt);
                toEngine.add(millis(sentAt, first.startedAt()));
                fromReady.add(millis(lastLoadBefore(client, first.startedAt()), first.startedAt()));
                progress.accept("wake %d of %d: %.0f ms, %.0f ms from ready"
                        .formatted(i + 1, wakes, toEngine.getLast(), fromReady.getLast()));
            }
            subject.sleep();
            var crowd = crowd(client, clients);
            return new Report(
                    new Wakes(new Sample(toEngine), new Sample(fromReady)),
                    crowd,
                    subject.residentMiB().orElse(-1));
        }
    }

    private Crowd crowd(HttpClient client, int clients) throws IOException, InterruptedException {
        long before = starts(client);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < clients; i++) {
                var request = chat("crowd " + i);
                calls.add(() -> client.send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode());
            }
            int answered = 0;
            for (var call : callers.invokeAll(calls)) {
                answered +=
                        call.state() == java.util.concurrent.Future.State.SUCCESS && call.resultNow() == 200 ? 1 : 0;
            }
            return new Crowd(clients, answered, (int) (starts(client) - before));
        }
    }

    private HttpRequest chat(String text) {
        var body = JsonMapper.shared()
                .createObjectNode()
                .put("model", subject.model())
                .put("stream", false);
        body.putArray("messages").addObject().put("role", "user").put("content", text);
        return HttpRequest.newBuilder(subject.gateway().resolve("/api/chat"))
                .header("Content-Type", "application/json")
                .timeout(ANSWER_DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private static void requireAnswered(int status) {
        if (status != 200) {
            throw new IllegalStateException("a request of the measurement was answered with " + status);
        }
    }

    private EngineRecord firstCountedSince(HttpClient client, Instant since) throws IOException, InterruptedException {
        return engine(client).stream()
                .filter(row -> row.counted() && !row.startedAt().isBefore(since))
                .min(Comparator.comparing(EngineRecord::startedAt))
                .orElseThrow(() -> new IllegalStateException("the engine has no record of the request"));
    }

    private Instant lastLoadBefore(HttpClient client, Instant moment) throws IOException, InterruptedException {
        return engine(client).stream()
                .filter(row -> !row.counted() && row.status() == 200)
                .flatMap(row -> row.endedAt().stream())
                .filter(ended -> !ended.isAfter(moment))
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException("the engine has no record of the model being loaded"));
    }

    private List<EngineRecord> engine(HttpClient client) throws IOException, InterruptedException {
        return EngineRecord.read(client, subject.emulator());
    }

    private long starts(HttpClient client) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(subject.emulator().resolve("/_lab/billing"))
                .timeout(ANSWER_DEADLINE)
                .build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        return JsonMapper.shared().readTree(answer).required("starts").longValue();
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
