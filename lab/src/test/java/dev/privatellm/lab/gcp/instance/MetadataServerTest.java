// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataServerTest {

    private final GuestMetadata metadata = new GuestMetadata();
    private final HttpClient http = HttpClient.newHttpClient();
    private MetadataServer server;

    @BeforeEach
    void start() throws IOException {
        metadata.attributes(Map.of("pllm-config", "one", "enable-guest-attributes", "TRUE"));
        server = new MetadataServer(
                new MachineSetup(
                        "p",
                        7,
                        "us-central1-a",
                        "m",
                        "42",
                        "g2-standard-4",
                        new Address("127.80.0.1", 8080),
                        new Address("127.64.0.1", 8080),
                        true,
                        "m@p",
                        List.of("scope"),
                        metadata),
                () -> "{\"access_token\":\"t\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tellsWhoTheMachineIs() throws Exception {
        assertThat(get("instance/id").body()).isEqualTo("42");
        assertThat(get("instance/zone").body()).isEqualTo("projects/7/zones/us-central1-a");
        assertThat(get("instance/preempted").body()).isEqualTo("FALSE");
        assertThat(get("instance/service-accounts/default/token").body()).contains("access_token");
        assertThat(get("instance/attributes/none").statusCode()).isEqualTo(404);
        assertThat(get("instance/id").headers().firstValue("Metadata-Flavor")).contains("Google");
    }

    @Test
    void demandsTheFlavour() throws Exception {
        HttpResponse<String> bare =
                http.send(HttpRequest.newBuilder(uri("instance/id")).build(), BodyHandlers.ofString());
        assertThat(bare.statusCode()).isEqualTo(403);
    }

    @Test
    void answersALongPollAtTheChange() throws Exception {
        HttpResponse<String> first = get("instance/attributes/pllm-config");
        String etag = first.headers().firstValue("ETag").orElseThrow();
        CompletableFuture<HttpResponse<String>> poll = http.sendAsync(
                request("instance/attributes/pllm-config?wait_for_change=true&last_etag=" + etag)
                        .build(),
                BodyHandlers.ofString());
        metadata.preempted(true);
        metadata.attributes(Map.of("pllm-config", "two"));
        assertThat(poll.get(5, TimeUnit.SECONDS).body()).isEqualTo("two");
        assertThat(get("instance/preempted?wait_for_change=true&last_etag=none").body())
                .isEqualTo("TRUE");
    }

    @Test
    void endsALongPollWithTheOldValueAfterItsTime() throws Exception {
        assertThat(get("instance/attributes/pllm-config?wait_for_change=true&timeout_sec=0")
                        .body())
                .isEqualTo("one");
    }

    @Test
    void keepsGuestAttributesOnlyWhereTheyAreEnabled() throws Exception {
        assertThat(put("csr").statusCode()).isEqualTo(200);
        assertThat(metadata.guestAttributes()).containsEntry("pllm/csr", "request");
        metadata.attributes(Map.of());
        assertThat(put("csr").statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> put(String key) throws Exception {
        return http.send(
                request("instance/guest-attributes/pllm/" + key)
                        .PUT(BodyPublishers.ofString("request"))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Metadata-Flavor", "Google");
    }

    private URI uri(String path) {
        return URI.create("http://" + server.address() + "/computeMetadata/v1/" + path);
    }
}
