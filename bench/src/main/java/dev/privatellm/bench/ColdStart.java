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
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    /** Measures single wakes one after another, then one wake with a crowd. */
    public Report run(int wakes, int clients) throws IOException, InterruptedException {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var emulator = new Emulator(client, subject.emulator(), subject.bearer());
            var seen = new ArrayList<Wake>();
            for (int i = 0; i < wakes; i++) {
                subject.sleep();
                var sentAt = clock.instant();
                requireAnswered(client.send(chat("wake " + i), HttpResponse.BodyHandlers.ofString())
                        .statusCode());
                seen.add(Wake.of(sentAt, firstCountedSince(emulator, sentAt), emulator.events()));
                progress.accept("wake %d of %d: %.0f ms, %.0f ms of them after the guest said that it is ready"
                        .formatted(
                                i + 1,
                                wakes,
                                seen.getLast().at(Wake.Mark.ENGINE),
                                seen.getLast().between(Wake.Mark.SAID, Wake.Mark.ENGINE)));
            }
            subject.sleep();
            progress.accept("%d clients at one boot".formatted(clients));
            var crowd = crowd(client, emulator, clients);
            return Report.of(seen, crowd, subject.residentBytes());
        }
    }

    private Report.Crowd crowd(HttpClient client, Emulator emulator, int clients)
            throws IOException, InterruptedException {
        long before = emulator.starts();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < clients; i++) {
                var request = chat("crowd " + i);
                calls.add(() -> client.send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode());
            }
            int answered = 0;
            for (var call : callers.invokeAll(calls)) {
                answered += call.state() == Future.State.SUCCESS && call.resultNow() == 200 ? 1 : 0;
            }
            return new Report.Crowd(clients, answered, (int) (emulator.starts() - before));
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

    private static Instant firstCountedSince(Emulator emulator, Instant since)
            throws IOException, InterruptedException {
        return emulator.engine().stream()
                .filter(row -> row.counted() && row.startedAt().isAfter(since))
                .map(EngineRecord::startedAt)
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException("the engine has no record of the request"));
    }
}
