// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the emulator and the programs on its machines have written down, with the moments that they gave it. */
final class Emulator {
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(10);

    /** Calls of a wake whose moments are told. */
    private static final Set<String> CALLS =
            Set.of("SecretManagerService.AddSecretVersion", "Instances.Insert", "Instances.Start", "Firewalls.Insert");

    private final HttpClient client;
    private final URI base;
    private final String bearer;

    Emulator(HttpClient client, URI base, String bearer) {
        this.client = client;
        this.base = base;
        this.bearer = bearer;
    }

    /**
     * Something that happened.
     *
     * @param what the name of a call to the cloud, or a line of a machine's console
     */
    record Event(Instant at, String what) {}

    /** All requests that an engine has answered, oldest first. */
    List<EngineRecord> engine() throws IOException, InterruptedException {
        List<EngineRecord> records = new ArrayList<>();
        get("/_lab/engine").forEach(row -> records.add(EngineRecord.of(row)));
        return records;
    }

    /** The calls that a wake is made of, and what the machines' consoles say, in order. */
    List<Event> events() throws IOException, InterruptedException {
        List<Event> events = new ArrayList<>();
        for (JsonNode call : get("/_lab/journal")) {
            String rpc = call.required("rpc").stringValue();
            if (CALLS.contains(rpc)) {
                events.add(new Event(Instant.parse(call.required("time").stringValue()), rpc));
            }
        }
        for (JsonNode machine : get("/_lab/machines")) {
            String console = "/compute/v1/projects/%s/zones/%s/instances/%s/serialPort"
                    .formatted(text(machine, "project"), text(machine, "zone"), text(machine, "name"));
            lines(text(get(console), "contents")).forEach(events::add);
        }
        events.sort(Comparator.comparing(Event::at));
        return events;
    }

    /** How often a machine was given power. */
    long starts() throws IOException, InterruptedException {
        return get("/_lab/billing").required("starts").longValue();
    }

    /** The guest's lines: each begins with its moment. */
    private static Stream<Event> lines(String console) {
        return console.lines().filter(line -> line.matches("\\d{4}-\\S+Z .*")).map(line -> {
            int space = line.indexOf(' ');
            return new Event(Instant.parse(line.substring(0, space)), line.substring(space + 1));
        });
    }

    private static String text(JsonNode node, String field) {
        return node.required(field).stringValue();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", "Bearer " + bearer)
                .timeout(ANSWER_DEADLINE)
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("the emulator answered %d to %s".formatted(response.statusCode(), path));
        }
        return JsonMapper.shared().readTree(response.body());
    }
}
