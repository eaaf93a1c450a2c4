// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Buckets in memory; files are not read. */
public final class FakeArtifacts implements ArtifactStore {
    private record Standing(Bucket bucket, Map<String, Instant> artifacts, Set<String> readers) {}

    private record Upload(String bucket, String sha256) {}

    private final FakeClock clock;
    private final Faults faults;
    private final FakeIdentities identities;
    private final FakeOperations operations;
    private final Map<String, Standing> buckets = new LinkedHashMap<>();
    private final Set<String> takenElsewhere = new HashSet<>();
    private final Map<Upload, OperationId> uploads = new HashMap<>();
    private Duration pace = Duration.ofSeconds(2);

    FakeArtifacts(FakeClock clock, Faults faults, FakeIdentities identities) {
        this.clock = clock;
        this.faults = faults;
        this.identities = identities;
        this.operations = new FakeOperations(clock);
    }

    /** For so long an upload takes from now on. */
    public void pace(Duration time) {
        pace = time;
    }

    /** Somebody in another project has a bucket of this name. */
    public void takenElsewhere(String bucket) {
        takenElsewhere.add(bucket);
    }

    /** Puts a bucket there as somebody else in the project would. */
    public void plant(Bucket bucket) {
        buckets.put(bucket.name(), new Standing(bucket, new HashMap<>(), new HashSet<>()));
    }

    /** Somebody else is admitted, as another resource of the installation would be. */
    public void admitSomebodyElse(String bucket) {
        standing(bucket).readers().add("somebody-else");
    }

    /** All buckets that somebody made. */
    public List<Bucket> all() {
        return buckets.values().stream().map(Standing::bucket).toList();
    }

    /** Whether this account may fetch this artifact now. */
    public boolean serves(String bucket, String sha256, String email) {
        Standing standing = buckets.get(bucket);
        return standing != null
                && isWhole(standing, sha256)
                && identities
                        .uniqueId(email)
                        .filter(standing.readers()::contains)
                        .isPresent();
    }

    /** The process that uploads dies, and with it what it has sent so far. */
    public void dies() {
        buckets.values()
                .forEach(standing -> standing.artifacts()
                        .values()
                        .removeIf(end -> clock.instant().isBefore(end)));
        uploads.clear();
        operations.forget();
    }

    private boolean isWhole(Standing standing, String sha256) {
        Instant end = standing.artifacts().get(sha256);
        return end != null && !clock.instant().isBefore(end);
    }

    private Standing standing(String bucket) {
        Standing standing = buckets.get(bucket);
        if (standing == null) {
            throw new CloudFailure.NotFound("notFound", bucket + " is not there", null);
        }
        return standing;
    }

    @Override
    public Optional<Bucket> find(String bucket) {
        return faults.call(
                "findBucket", () -> Optional.ofNullable(buckets.get(bucket)).map(Standing::bucket));
    }

    @Override
    public void create(Bucket bucket) {
        faults.<Optional<Void>>call("createBucket", () -> {
            if (takenElsewhere.contains(bucket.name())) {
                throw new CloudFailure.Conflict("conflict", bucket.name() + " is somebody else's", null);
            }
            if (buckets.containsKey(bucket.name())) {
                throw new CloudFailure.AlreadyExists("conflict", bucket.name() + " exists", null);
            }
            plant(bucket);
            return Optional.empty();
        });
    }

    @Override
    public void delete(String bucket) {
        faults.<Optional<Void>>call("deleteBucket", () -> {
            if (!standing(bucket).readers().isEmpty()) {
                throw new CloudFailure.InUse("bucketInUse", bucket + " is read by others", null);
            }
            buckets.remove(bucket);
            return Optional.empty();
        });
    }

    @Override
    public boolean holds(String bucket, String sha256) {
        return faults.call("holds", () -> buckets.containsKey(bucket) && isWhole(buckets.get(bucket), sha256));
    }

    @Override
    public OperationId upload(String bucket, Artifact artifact) {
        return faults.call("upload", () -> {
            Standing standing = standing(bucket);
            return uploads.computeIfAbsent(new Upload(bucket, artifact.sha256()), _ -> {
                Optional<CloudFailure> failure = faults.operationFailure("upload");
                Instant end = clock.instant().plus(pace);
                if (failure.isEmpty()) {
                    standing.artifacts().putIfAbsent(artifact.sha256(), end);
                }
                return operations.begin(Optional.empty(), end, failure);
            });
        });
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return faults.call("uploadOperation", () -> {
            OperationStatus status = operations.status(id);
            if (!(status instanceof OperationStatus.Running)) {
                uploads.values().remove(id);
            }
            return status;
        });
    }

    @Override
    public boolean admits(String bucket, String serviceAccountEmail) {
        return faults.call(
                "bucketAdmits",
                () -> buckets.containsKey(bucket)
                        && identities
                                .uniqueId(serviceAccountEmail)
                                .filter(standing(bucket).readers()::contains)
                                .isPresent());
    }

    @Override
    public void admit(String bucket, String serviceAccountEmail) {
        faults.<Optional<Void>>call("admitToBucket", () -> {
            Standing standing = standing(bucket);
            String account = identities
                    .uniqueId(serviceAccountEmail)
                    .orElseThrow(
                            () -> new CloudFailure.NotReady("invalid", serviceAccountEmail + " does not exist", null));
            standing.readers().add(account);
            return Optional.empty();
        });
    }

    @Override
    public void expel(String bucket, String serviceAccountEmail) {
        faults.<Optional<Void>>call("expelFromBucket", () -> {
            if (buckets.containsKey(bucket)) {
                identities
                        .uniqueId(serviceAccountEmail)
                        .ifPresent(standing(bucket).readers()::remove);
            }
            return Optional.empty();
        });
    }
}
