// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** People who call the gateway, each again as soon as he has been answered. The engine's pace is theirs. */
final class Callers implements AutoCloseable {
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger streamed = new AtomicInteger();
    final List<String> failures = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final URI chat;
    private volatile boolean isOver;

    Callers(int port) {
        chat = URI.create("http://127.0.0.1:%d/api/chat".formatted(port));
    }

    /** So many call for short answers, and so many for streams of this many tokens. */
    void begin(int shortCalls, int streams, int tokens) {
        for (int caller = 0; caller < shortCalls; caller++) {
            threads.execute(() -> callOn(false, 4, answered));
        }
        for (int caller = 0; caller < streams; caller++) {
            threads.execute(() -> callOn(true, tokens, streamed));
        }
    }

    private void callOn(boolean isStream, int tokens, AtomicInteger count) {
        while (!isOver) {
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(chat)
                                .POST(HttpRequest.BodyPublishers.ofString("""
                                        {"model":"llama3.2:3b","stream":%s,"messages":[{"role":"user","content":"[lab:tokens=%d]"}]}""".formatted(isStream, tokens)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                judge(answer, tokens, count);
            } catch (IOException e) {
                failures.add(String.valueOf(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Whole is what has status 200, the engine's last words, and all the tokens in them. */
    private void judge(HttpResponse<String> answer, int tokens, AtomicInteger count) {
        String body = answer.body();
        if (answer.statusCode() == 200
                && body.contains("\"done\":true")
                && body.contains("\"eval_count\":%d,".formatted(tokens))) {
            count.incrementAndGet();
        } else {
            failures.add(answer.statusCode() + " " + body.substring(Math.max(0, body.length() - 300)));
        }
    }

    /** Nobody calls again; waits for the last answers. */
    void end() throws InterruptedException {
        isOver = true;
        threads.shutdown();
        if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
            failures.add("somebody was never answered");
        }
    }

    @Override
    public void close() {
        isOver = true;
        threads.shutdownNow();
        client.shutdownNow();
    }
}
