// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plain HTTP to a cloud, as curl speaks it: the laboratory's pages, and calls that no library would make. */
final class Lab {

    private final GoogleCloud cloud;
    private final HttpClient http = HttpClient.newHttpClient();

    Lab(GoogleCloud cloud) {
        this.cloud = cloud;
    }

    JsonNode get(String page) {
        return json(send(request("/_lab/" + page).GET()));
    }

    HttpResponse<String> post(String page, String body) {
        return send(request("/_lab/" + page).POST(BodyPublishers.ofString(body)));
    }

    /** The recording of what was sent. */
    byte[] outbound() {
        return send(request("/_lab/outbound").GET()).body().getBytes(StandardCharsets.UTF_8);
    }

    /** Process of a machine; 0 if it has none. */
    long pid(String name) {
        return machine(name).path("pid").asLong(0);
    }

    /** Address of the door of a machine; empty if it has none. */
    String address(String name) {
        return machine(name).path("address").asString("");
    }

    private JsonNode machine(String name) {
        return get("machines")
                .valueStream()
                .filter(row -> row.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Lines of the bill for a machine. */
    List<JsonNode> bill(String name) {
        return get("billing")
                .path("lines")
                .valueStream()
                .filter(line -> line.path("name").asString().equals(name))
                .toList();
    }

    /** Lines of the journal for a method. */
    List<JsonNode> journal(String rpc) {
        return get("journal")
                .valueStream()
                .filter(line -> line.path("rpc").asString().equals(rpc))
                .toList();
    }

    HttpResponse<String> call(String method, String path, String bearer, String body) {
        return send(request(path)
                .header("Authorization", "Bearer " + bearer)
                .method(method, BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(cloud.baseUri() + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }
}
