// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what the emulated cloud recorded: its own books under {@code /_lab}, and what still exists through the same REST APIs that everybody else uses.
 */
public final class EmulatorRecords {

    /** How the recording of outbound bytes ends if some were lost. */
    private static final String OVERFLOW = "=== overflow:";

    /** Bytes at its end among which that is looked for. */
    private static final int TAIL = 200;

    /** What every machine needs, whatever else its document names. */
    private static final List<String> APIS =
            List.of("compute.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com");

    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(30);

    private final URI emulator;
    private final String token;
    private final String project;

    /**
     * @param token bearer with the operator's rights
     * @param project the project whose resources are counted
     */
    public EmulatorRecords(URI emulator, String token, String project) {
        this.emulator = emulator;
        this.token = token;
        this.project = project;
    }

    /**
     * Everything, as of now.
     *
     * @param search looks for the authority's key in what left our side; the key itself stays here
     *
     * @throws IOException if the emulator does not answer or answers what cannot be read; the message names the path
     */
    public CloudRecord read(KeySearch search, boolean isAnyKeyWrong) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            JsonNode bill = json(client, "/_lab/billing");
            return new CloudRecord(
                    number(bill, "created").intValue(),
                    number(bill, "starts").intValue(),
                    number(bill, "billableNow").intValue(),
                    number(bill, "seconds").doubleValue(),
                    number(bill, "cost").doubleValue(),
                    json(client, "/compute/v1/projects/" + project + "/global/firewalls")
                            .path("items")
                            .size(),
                    liveSecretVersions(client),
                    rows(json(client, "/_lab/journal"), "calls").size(),
                    engine(rows(json(client, "/_lab/engine"), "rows")),
                    outbound(get(client, "/_lab/outbound"), search, isAnyKeyWrong));
        }
    }

    /**
     * What stands in the project now, a word for each: {@code machine}, {@code rule}, {@code network}, {@code subnet}, {@code account}, {@code bucket},
     * {@code archive}, {@code secret}. Left out is what every project has from its beginning, and what outlives its resource: APIs and keys.
     *
     * @throws IOException if the emulator does not answer or answers what cannot be read; the message names the path
     */
    public List<String> standing() throws IOException, InterruptedException {
        String compute = "/compute/v1/projects/" + project;
        List<String> words = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (JsonNode machine : rows(json(client, "/_lab/machines"), "machines")) {
                if (machine.path("project").asString("").equals(project)) {
                    words.add("machine");
                }
            }
            json(client, compute + "/global/firewalls").path("items").forEach(_ -> words.add("rule"));
            for (JsonNode network : json(client, compute + "/global/networks").path("items")) {
                if (!isOfEveryProject(network)) {
                    words.add("network");
                }
            }
            for (JsonNode region :
                    json(client, compute + "/aggregated/subnetworks").path("items")) {
                for (JsonNode subnet : region.path("subnetworks")) {
                    if (!isOfEveryProject(subnet)) {
                        words.add("subnet");
                    }
                }
            }
            for (JsonNode account :
                    json(client, "/v1/projects/" + project + "/serviceAccounts").path("accounts")) {
                if (account.path("email").asString("").startsWith("pllm-")) {
                    words.add("account");
                }
            }
            for (JsonNode bucket :
                    json(client, "/storage/v1/b?project=" + project).path("items")) {
                words.add("bucket");
                json(client, "/storage/v1/b/" + bucket.path("name").asString("") + "/o")
                        .path("items")
                        .forEach(_ -> words.add("archive"));
            }
            json(client, "/v1/projects/" + project + "/secrets").path("secrets").forEach(_ -> words.add("secret"));
        }
        return words;
    }

    /**
     * Whether every API that a machine needs is enabled in the project.
     *
     * @throws IOException if the emulator does not answer or answers what cannot be read; the message names the path
     */
    public boolean areApisEnabled() throws IOException, InterruptedException {
        String query = APIS.stream()
                .map(name -> "names=projects/%s/services/%s".formatted(project, name))
                .collect(Collectors.joining("&"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return json(client, "/v1/projects/" + project + "/services:batchGet?" + query)
                            .path("services")
                            .valueStream()
                            .filter(service ->
                                    service.path("state").asString("").equals("ENABLED"))
                            .count()
                    == APIS.size();
        }
    }

    private static boolean isOfEveryProject(JsonNode named) {
        return named.path("name").asString("").equals("default");
    }

    private static CloudRecord.Outbound outbound(byte[] bytes, KeySearch search, boolean isAnyKeyWrong) {
        int from = Math.max(0, bytes.length - TAIL);
        boolean lost = new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1).contains(OVERFLOW);
        return new CloudRecord.Outbound(
                bytes.length,
                !lost,
                search.count(bytes),
                isAnyKeyWrong ? OptionalInt.of(KeySearch.ofAnyKey().count(bytes)) : OptionalInt.empty());
    }

    private int liveSecretVersions(HttpClient client) throws IOException, InterruptedException {
        int live = 0;
        for (JsonNode secret :
                json(client, "/v1/projects/" + project + "/secrets").path("secrets")) {
            String path = "/v1/" + secret.path("name").asString("") + "/versions";
            for (JsonNode version : json(client, path).path("versions")) {
                if (!version.path("state").asString("").equals("DESTROYED")) {
                    live++;
                }
            }
        }
        return live;
    }

    private static List<EngineCount> engine(JsonNode rows) throws IOException {
        List<EngineCount> counts = new ArrayList<>();
        for (JsonNode row : rows) {
            try {
                counts.add(new EngineCount(
                        row.path("path").asString(""),
                        Documents.number(row, "/inputTokens"),
                        Documents.number(row, "/outputTokens"),
                        number(row, "status").intValue(),
                        Instant.parse(row.path("startedAt").asString("")),
                        row.path("complete").asBoolean(false)));
            } catch (DateTimeException e) {
                throw new IOException("/_lab/engine: startedAt of " + row, e);
            }
        }
        return counts;
    }

    /** The array itself, or the member that holds it. */
    private static JsonNode rows(JsonNode document, String member) {
        return document.isArray() ? document : document.path(member);
    }

    private static JsonNode number(JsonNode document, String member) throws IOException {
        JsonNode value = document.path(member);
        if (!value.isNumber()) {
            throw new IOException("no number \"" + member + "\" in " + Documents.quote(document.toString()));
        }
        return value;
    }

    private JsonNode json(HttpClient client, String path) throws IOException, InterruptedException {
        try {
            return JsonMapper.shared().readTree(get(client, path));
        } catch (JacksonException e) {
            throw new IOException(path + ": not JSON", e);
        }
    }

    private byte[] get(HttpClient client, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(emulator.resolve(path))
                .header("Authorization", "Bearer " + token)
                .timeout(ANSWER_DEADLINE)
                .build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(path + ": status " + response.statusCode());
        }
        return response.body();
    }
}
