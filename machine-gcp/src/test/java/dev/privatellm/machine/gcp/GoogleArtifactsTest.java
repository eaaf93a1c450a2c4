// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests as they go over the wire, and answers as Cloud Storage gives them. */
class GoogleArtifactsTest {
    private static final Bucket BUCKET = new Bucket("pllm-0123", "europe-west4", Map.of("pllm-cluster", "c1"));
    private static final String TAKEN = error(409, "conflict", "The requested bucket name is not available.");

    @TempDir
    Path folder;

    private RecordingCloud cloud;
    private GoogleCloudProvider provider;
    private ArtifactStore artifacts;

    @BeforeEach
    void connect() {
        cloud = new RecordingCloud(folder);
        provider = GoogleCloudProvider.open(cloud.settings());
        artifacts = provider.artifacts();
    }

    @AfterEach
    void disconnect() {
        provider.close();
        cloud.close();
    }

    @Test
    @DisplayName("S11 a bucket is private from its first moment, and keeps nothing that was deleted")
    void makesAPrivateBucket() {
        cloud.answers("{}");

        artifacts.create(BUCKET);

        assertThat(cloud.call().line()).isEqualTo("POST /storage/v1/b");
        assertThat(cloud.call().query()).containsEntry("project", RecordingCloud.PROJECT);
        JsonNode body = cloud.call().json();
        assertThat(body.path("name").stringValue()).isEqualTo("pllm-0123");
        assertThat(body.path("location").stringValue()).isEqualTo("EUROPE-WEST4");
        assertThat(body.path("labels").path("pllm-cluster").stringValue()).isEqualTo("c1");
        JsonNode iam = body.path("iamConfiguration");
        assertThat(iam.path("publicAccessPrevention").stringValue()).isEqualTo("enforced");
        assertThat(iam.path("uniformBucketLevelAccess").path("enabled").booleanValue())
                .isTrue();
        assertThat(body.path("softDeletePolicy")
                        .path("retentionDurationSeconds")
                        .asLong(-1))
                .isZero();
    }

    @Test
    @DisplayName("a bucket that another project has under our name is never taken for ours")
    void tellsAForeignNameFromItsOwn() {
        cloud.answers(409, TAKEN).answers("{\"items\": [{\"name\": \"pllm-0123-other\"}]}");
        assertThatThrownBy(() -> artifacts.create(BUCKET))
                .isInstanceOf(CloudFailure.Conflict.class)
                .hasMessageContaining("pllm-0123");

        cloud.answers(409, TAKEN).answers("{\"items\": [{\"name\": \"pllm-0123\", \"location\": \"EUROPE-WEST4\"}]}");
        assertThatThrownBy(() -> artifacts.create(BUCKET)).isInstanceOf(CloudFailure.AlreadyExists.class);
    }

    @Test
    @DisplayName("an upload names its MD5, wants nothing there, and goes out in pieces")
    void uploadsInPieces() {
        Artifact artifact = Samples.artifact(folder, 2_500_000);
        String object = "{\"name\": \"%s\"}".formatted(artifact.sha256());
        cloud.answersWithLocation("/upload/session")
                .answersIncomplete(2 * 1024 * 1024)
                .answers(object);

        OperationId upload = artifacts.upload("pllm-0123", artifact);

        Emulator.eventually(() -> artifacts.operation(upload) instanceof OperationStatus.Done);
        assertThat(cloud.calls()).hasSize(3);
        RecordingCloud.Call first = cloud.calls().getFirst();
        assertThat(first.path()).endsWith("/upload/storage/v1/b/pllm-0123/o");
        assertThat(first.query()).containsEntry("ifGenerationMatch", "0").containsEntry("uploadType", "resumable");
        assertThat(first.json().path("name").stringValue()).isEqualTo(artifact.sha256());
        assertThat(first.json().path("md5Hash").stringValue()).hasSize(24);
        assertThat(cloud.calls().get(1).headers().get("Content-range")).containsExactly("bytes 0-2097151/2500000");
        assertThat(cloud.calls().get(2).headers().get("Content-range"))
                .containsExactly("bytes 2097152-2499999/2500000");
    }

    @Test
    @DisplayName("an object that is there already is what was to be there; a right that is missing is named")
    void readsHowAnUploadEnded() {
        Artifact artifact = Samples.artifact(folder, 1000);
        cloud.answers(412, error(412, "conditionNotMet", "At least one of the pre-conditions did not hold."));
        OperationId there = artifacts.upload("pllm-0123", artifact);
        Emulator.eventually(() -> artifacts.operation(there) instanceof OperationStatus.Done);

        cloud.answers(403, error(403, "forbidden", """
                tester@golden-project.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object. \
                Permission 'storage.objects.create' denied on resource (or it may not exist)."""));
        OperationId denied = artifacts.upload("pllm-0123", artifact);
        Emulator.eventually(() -> !(artifacts.operation(denied) instanceof OperationStatus.Running));
        assertThat(artifacts.operation(denied))
                .isInstanceOfSatisfying(
                        OperationStatus.Failed.class,
                        failed -> assertThat(failed.failure())
                                .isInstanceOf(CloudFailure.PermissionDenied.class)
                                .hasMessageContaining("storage.objects.create"));
    }

    @Test
    @DisplayName("C13 nothing of a bucket that others read is removed")
    void removesNothingThatOthersRead() {
        cloud.answers("""
                {"etag": "CAE=", "version": 1, "bindings": [
                  {"role": "roles/storage.objectViewer", "members": ["deleted:serviceAccount:a@b?uid=1", "serviceAccount:c@d"]}]}""");

        assertThatThrownBy(() -> artifacts.delete("pllm-0123")).isInstanceOf(CloudFailure.InUse.class);
        assertThat(cloud.calls()).hasSize(1);
    }

    @Test
    @DisplayName("a policy goes back as it came, conditions included, but for the member that is expelled")
    void changesNothingElseOfAPolicy() {
        cloud.answers("""
                        {"etag": "CAE=", "version": 3, "bindings": [
                          {"role": "roles/storage.objectViewer", "members": ["serviceAccount:a@b", "user:x@y"]},
                          {"role": "roles/storage.objectViewer", "members": ["serviceAccount:a@b"],
                           "condition": {"expression": "false", "title": "never"}}]}""").answers("{\"etag\": \"CAI=\"}");

        artifacts.expel("pllm-0123", "a@b");

        assertThat(cloud.calls().getLast().line()).isEqualTo("PUT /storage/v1/b/pllm-0123/iam");
        assertThat(cloud.calls().getLast().json()).isEqualTo(JsonMapper.shared().readTree("""
                {"etag": "CAE=", "version": 3, "bindings": [
                  {"role": "roles/storage.objectViewer", "members": ["user:x@y"]},
                  {"role": "roles/storage.objectViewer", "members": ["serviceAccount:a@b"],
                   "condition": {"expression": "false", "title": "never", "description": "", "location": ""}}]}"""));
    }

    private static String error(int code, String reason, String message) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "error",
                        Map.of(
                                "code",
                                code,
                                "message",
                                message,
                                "errors",
                                java.util.List.of(Map.of("message", message, "domain", "global", "reason", reason)))));
    }
}
