// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.cloud.compute.v1.Instance;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Cloud Storage refuses, and what an emulated machine fetches from it. */
class StorageTest {
    private static final String BUCKET = "pllm-archives";
    private static final String PRIVATE = """
            {"name": "%s", "location": "US-CENTRAL1",
             "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": true}, "publicAccessPrevention": "enforced"}}
            """;
    private static final Duration SOON = Duration.ofSeconds(20);

    private final String name = Clients.newName();
    private GoogleCloud cloud;
    private Lab lab;

    @BeforeEach
    void start() throws IOException {
        cloud = GoogleCloud.start(GoogleCloudOptions.defaults()
                .withBoot(Duration.ZERO)
                .withGuest(List.of("/bin/sh", "-c", "echo the guest runs; exec sleep 600")));
        lab = new Lab(cloud);
    }

    @AfterEach
    void end() throws IOException {
        cloud.close();
    }

    @Test
    void aNameBelongsToWhoeverTookItFirst() {
        assertThat(insert(Clients.PROJECT, BUCKET).statusCode()).isEqualTo(200);

        assertThat(insert(Clients.PROJECT, BUCKET).body()).contains("you already own it");
        assertThat(insert("another-project", BUCKET).body()).contains("shared by all users");
        assertThat(insert("another-project", BUCKET).statusCode()).isEqualTo(409);
        assertThat(call("GET", "/storage/v1/b?project=another-project&prefix=" + BUCKET, "")
                        .body())
                .doesNotContain(BUCKET);
    }

    @Test
    void refusesNamesAndPlacesThatThereAreNot() {
        assertThat(insert(Clients.PROJECT, "Big").statusCode()).isEqualTo(400);
        assertThat(insert(Clients.PROJECT, "goog-archives").statusCode()).isEqualTo(400);
        String nowhere = PRIVATE.formatted(BUCKET).replace("US-CENTRAL1", "NOWHERE1");
        assertThat(call("POST", "/storage/v1/b?project=" + Clients.PROJECT, nowhere)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatIsPrivateCannotBeMadePublic() {
        insert(Clients.PROJECT, BUCKET);

        HttpResponse<String> answer = call("PUT", "/storage/v1/b/" + BUCKET + "/iam", """
                {"bindings": [{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]}""");

        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.body()).contains("public access prevention");
    }

    @Test
    void aBucketIsRemovedOnceItIsEmpty() {
        insert(Clients.PROJECT, BUCKET);
        upload("object", "content");
        assertThat(call("DELETE", "/storage/v1/b/" + BUCKET, "").body()).contains("not empty");

        assertThat(call("DELETE", "/storage/v1/b/" + BUCKET + "/o/object", "").statusCode())
                .isEqualTo(204);
        assertThat(call("DELETE", "/storage/v1/b/" + BUCKET, "").statusCode()).isEqualTo(204);
        assertThat(call("DELETE", "/storage/v1/b/" + BUCKET, "").statusCode()).isEqualTo(404);
    }

    @Test
    void anObjectIsNotReplacedByWhoWantsNoneThere() {
        insert(Clients.PROJECT, BUCKET);
        upload("object", "content");

        HttpResponse<String> again = call(
                "POST", "/upload/storage/v1/b/" + BUCKET + "/o?uploadType=media&name=object&ifGenerationMatch=0", "x");

        assertThat(again.statusCode()).isEqualTo(412);
        assertThat(call("GET", "/storage/v1/b/" + BUCKET + "/o/object?alt=media", "")
                        .body())
                .isEqualTo("content");
    }

    @Test
    void anUploadInPiecesIsTheAnnouncedContentOrNothing() {
        insert(Clients.PROJECT, BUCKET);
        String session = session("{\"name\": \"object\", \"md5Hash\": \"AAAAAAAAAAAAAAAAAAAAAA==\"}");

        assertThat(piece(session, "bytes 7-9/10", "abc")).isEqualTo(400);
        assertThat(piece(session, "bytes 0-2/10", "abc")).isEqualTo(400);
        assertThat(piece(session, "bytes 0-2/3", "abc")).isEqualTo(400);
        assertThat(call("GET", "/storage/v1/b/" + BUCKET + "/o/object", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aMachineRunsItsGuestOnceItMayFetchIt() throws Exception {
        try (Clients clients = new Clients(cloud)) {
            insert(Clients.PROJECT, BUCKET);
            upload("archive", "content");
            String account = clients.account("model-machine");
            boot(clients, account, sha256("content"));
            await().atMost(SOON)
                    .until(() -> lab.journal("Objects.Get").stream()
                            .anyMatch(line -> line.path("caller").asString().equals(account)
                                    && line.path("status").asInt() == 403));
            assertThat(serial(clients)).doesNotContain("the guest runs");

            call("PUT", "/storage/v1/b/" + BUCKET + "/iam", """
                    {"bindings": [{"role": "roles/storage.objectViewer", "members": ["serviceAccount:%s"]}]}""".formatted(account));

            await().atMost(SOON).until(() -> serial(clients).contains("the guest runs"));
            assertThat(serial(clients)).contains("step guest-archive: exit 0");
        }
    }

    @Test
    void aMachineDoesNotRunWhatHasAnotherHash() throws Exception {
        try (Clients clients = new Clients(cloud)) {
            insert(Clients.PROJECT, BUCKET);
            upload("archive", "another content");
            boot(clients, "default", sha256("content"));

            await().atMost(SOON).until(() -> serial(clients).contains("step guest-archive: exit 65"));

            assertThat(serial(clients)).contains(sha256("another content")).doesNotContain("the guest runs");
        }
    }

    private void boot(Clients clients, String account, String sha256) {
        String config =
                "{\"schema\":1,\"guest\":{\"url\":\"https://storage.googleapis.com/%s/archive\",\"sha256\":\"%s\"}}"
                        .formatted(BUCKET, sha256);
        Instance machine = Clients.instance(Clients.ZONE, name, config);
        clients.insert(
                machine.toBuilder()
                        .setServiceAccounts(
                                0, machine.getServiceAccounts(0).toBuilder().setEmail(account))
                        .build(),
                Clients.ZONE);
    }

    private String serial(Clients clients) {
        return clients.instances
                .getSerialPortOutput(Clients.PROJECT, Clients.ZONE, name)
                .getContents();
    }

    private HttpResponse<String> insert(String project, String bucket) {
        return call("POST", "/storage/v1/b?project=" + project, PRIVATE.formatted(bucket));
    }

    private void upload(String object, String content) {
        assertThat(call("POST", "/upload/storage/v1/b/%s/o?uploadType=media&name=%s".formatted(BUCKET, object), content)
                        .statusCode())
                .isEqualTo(200);
    }

    private String session(String object) {
        HttpResponse<String> begun = call("POST", "/upload/storage/v1/b/" + BUCKET + "/o?uploadType=resumable", object);
        String location = begun.headers().firstValue("location").orElseThrow();
        return location.substring(cloud.baseUri().toString().length());
    }

    private int piece(String session, String range, String content) {
        return lab.send(lab.request(session)
                        .header("Authorization", "Bearer " + cloud.token())
                        .header("Content-Range", range)
                        .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(content)))
                .statusCode();
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return lab.call(method, path, cloud.token(), body);
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
