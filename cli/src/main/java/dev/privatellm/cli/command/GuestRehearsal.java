// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.lab.gcp.instance.GuestCache;
import dev.privatellm.lab.gcp.instance.GuestCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** One wake that records what the emulated machine's software loads, and the class cache made of it; every later start of a guest takes half the time. */
final class GuestRehearsal {
    private static final Duration ANSWER_DEADLINE = Duration.ofMinutes(2);

    private GuestRehearsal() {}

    /**
     * Rehearses, unless the cache of these very jars is there.
     *
     * @param progress told before anything that takes long
     * @throws IOException if no cache could be made
     */
    static void unlessDone(Consumer<String> progress) throws Exception {
        if (GuestCache.isThere()) {
            return;
        }
        progress.accept("preparing, once after each build: recording what a guest loads (half a minute)");
        var folder = Files.createTempDirectory("private-llm-rehearsal");
        var record = folder.resolve("guest.record");
        try {
            wake(record);
            GuestCache.make(record);
        } finally {
            Files.deleteIfExists(record);
            Files.deleteIfExists(folder);
        }
    }

    /** The guest writes its record when its machine is put to sleep. */
    private static void wake(Path record) throws Exception {
        var subject = new SeparateProcesses("-D" + GuestCommand.RECORD + "=" + record);
        var end = new OrderlyEnd(subject, ExitCodes.INTERRUPTED);
        try (var client = HttpClient.newHttpClient()) {
            subject.start();
            client.send(chat(subject), HttpResponse.BodyHandlers.discarding());
            subject.sleep();
        } finally {
            end.now();
        }
    }

    private static HttpRequest chat(SeparateProcesses subject) {
        URI chat = subject.gateway().resolve("/api/chat");
        var body = "{\"model\":\"%s\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"rehearsal\"}]}"
                .formatted(subject.model());
        return HttpRequest.newBuilder(chat)
                .header("Content-Type", "application/json")
                .timeout(ANSWER_DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
