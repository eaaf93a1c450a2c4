// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.client.http.FileContent;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.StorageRequest;
import com.google.api.services.storage.model.StorageObject;
import com.google.iam.v1.Policy;
import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * {@link ArtifactStore} on <a href="https://cloud.google.com/storage/docs/json_api/v1">Cloud Storage</a>. Its reads are as new as its writes
 * (<a href="https://cloud.google.com/storage/docs/consistency">consistency</a>).
 *
 * <p>A bucket's name says nothing of whose it is: anybody may have taken it first. So a bucket is looked for among those of the project, never by its name
 * alone, and nothing is ever sent to one that was not found there.
 */
final class GoogleArtifacts implements ArtifactStore {
    private static final String READER = "roles/storage.objectViewer";
    private static final String TYPE = "application/gzip";

    /** A multiple of 256 KiB, as uploads in pieces want; small enough that a slow line sends one within a call's time-out. */
    private static final int PIECE_BYTES = 2 * 1024 * 1024;

    private final GoogleClients clients;
    private final String project;
    private final Uploads uploads;
    private final Policies policies;

    GoogleArtifacts(GoogleClients clients, String project) {
        this.clients = clients;
        this.project = project;
        this.uploads = new Uploads(clients.restCalls());
        this.policies = new Policies(
                request -> policy(call(() -> buckets()
                        .getIamPolicy(request.getResource())
                        .setOptionsRequestedPolicyVersion(request.getOptions().getRequestedPolicyVersion()))),
                request -> policy(call(() ->
                        buckets().setIamPolicy(request.getResource(), BucketPolicies.model(request.getPolicy())))));
    }

    @Override
    public Optional<Bucket> find(String bucket) {
        List<com.google.api.services.storage.model.Bucket> found = Objects.requireNonNullElse(
                call(() -> buckets().list(project).setPrefix(bucket)).getItems(), List.of());
        return found.stream()
                .filter(one -> bucket.equals(one.getName()))
                .map(one -> new Bucket(
                        bucket,
                        Objects.requireNonNullElse(one.getLocation(), "").toLowerCase(Locale.ROOT),
                        Objects.requireNonNullElse(one.getLabels(), Map.of())))
                .findFirst();
    }

    /** Nothing that is deleted is kept, and billed, for another week: <a href="https://cloud.google.com/storage/docs/soft-delete">soft delete</a>. */
    @Override
    public void create(Bucket bucket) {
        var body = new com.google.api.services.storage.model.Bucket()
                .setName(bucket.name())
                .setLocation(bucket.region().toUpperCase(Locale.ROOT))
                .setStorageClass("STANDARD")
                .setLabels(bucket.labels())
                .setIamConfiguration(new com.google.api.services.storage.model.Bucket.IamConfiguration()
                        .setUniformBucketLevelAccess(
                                new com.google.api.services.storage.model.Bucket.IamConfiguration
                                                .UniformBucketLevelAccess()
                                        .setEnabled(true))
                        .setPublicAccessPrevention("enforced"))
                .setSoftDeletePolicy(new com.google.api.services.storage.model.Bucket.SoftDeletePolicy()
                        .setRetentionDurationSeconds(0L));
        try {
            call(() -> buckets().insert(project, body));
        } catch (CloudFailure.Conflict e) {
            String said = String.valueOf(e.getMessage());
            throw find(bucket.name()).isPresent()
                    ? new CloudFailure.AlreadyExists(e.code(), said, e)
                    : new CloudFailure.Conflict(e.code(), "bucket %s: %s".formatted(bucket.name(), said), e);
        }
    }

    @Override
    public void delete(String bucket) {
        if (policies.grants(bucket, READER, member -> !member.startsWith("deleted:"))) {
            String message = "bucket %s is still read by others".formatted(bucket);
            throw new CloudFailure.InUse("BUCKET_IN_USE", message, new IllegalStateException(message));
        }
        for (List<StorageObject> some = objects(bucket); !some.isEmpty(); some = objects(bucket)) {
            some.forEach(object -> remove(bucket, object.getName()));
        }
        call(() -> buckets().delete(bucket));
    }

    private List<StorageObject> objects(String bucket) {
        return Objects.requireNonNullElse(
                call(() -> storage().objects().list(bucket)).getItems(), List.of());
    }

    private void remove(String bucket, String object) {
        try {
            call(() -> storage().objects().delete(bucket, object));
        } catch (CloudFailure.NotFound e) {
            // Somebody else was faster.
        }
    }

    @Override
    public boolean holds(String bucket, String sha256) {
        try {
            call(() -> storage().objects().get(bucket, sha256));
            return true;
        } catch (CloudFailure.NotFound e) {
            return false;
        }
    }

    @Override
    public OperationId upload(String bucket, Artifact artifact) {
        return uploads.begin(bucket + "/" + artifact.sha256(), () -> send(bucket, artifact));
    }

    /**
     * In pieces, each a request of its own, so that a slow line is no lost answer; only if nothing is there (generation 0), and only as a whole: Cloud Storage
     * refuses an object whose MD5 is not the one that was announced (<a href="https://cloud.google.com/storage/docs/json_api/v1/objects/insert">insert</a>).
     */
    private boolean send(String bucket, Artifact artifact) throws IOException {
        FileContent content = new FileContent(TYPE, artifact.file().toFile());
        StorageObject object = new StorageObject().setName(artifact.sha256()).setMd5Hash(Uploads.md5(artifact.file()));
        Storage.Objects.Insert insert = storage().objects().insert(bucket, object, content);
        insert.setIfGenerationMatch(0L).setDisableGZipContent(true);
        insert.getMediaHttpUploader().setChunkSize(PIECE_BYTES);
        insert.execute();
        return true;
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return uploads.status(id);
    }

    @Override
    public boolean admits(String bucket, String serviceAccountEmail) {
        try {
            return policies.grants(bucket, READER, ("serviceAccount:" + serviceAccountEmail)::equals);
        } catch (CloudFailure.NotFound e) {
            return false;
        }
    }

    @Override
    public void admit(String bucket, String serviceAccountEmail) {
        policies.grant(bucket, READER, "serviceAccount:" + serviceAccountEmail);
    }

    @Override
    public void expel(String bucket, String serviceAccountEmail) {
        try {
            policies.revoke(bucket, READER, "serviceAccount:" + serviceAccountEmail);
        } catch (CloudFailure.NotFound e) {
            // No bucket, no right.
        }
    }

    private static Policy policy(com.google.api.services.storage.model.Policy policy) {
        return BucketPolicies.message(policy);
    }

    private Storage storage() {
        return clients.storage();
    }

    private Storage.Buckets buckets() {
        return storage().buckets();
    }

    private <T> T call(RestCalls.Call<? extends StorageRequest<T>> request) {
        return GoogleErrors.calling(
                clients.restCalls(), "storage", () -> execute(request.make().setDisableGZipContent(true)));
    }

    /** The library's parser objects to what is JSON but no bucket, or nothing at all, as if the caller had erred. */
    private static <T> T execute(StorageRequest<T> request) throws IOException {
        try {
            return request.execute();
        } catch (IllegalArgumentException e) {
            throw new IOException("an answer that cannot be read", e);
        }
    }
}
