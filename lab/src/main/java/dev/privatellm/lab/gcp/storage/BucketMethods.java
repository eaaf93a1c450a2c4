// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.client.util.DateTime;
import com.google.api.services.storage.model.Bucket;
import com.google.api.services.storage.model.Buckets;
import com.google.api.services.storage.model.Policy;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.compute.Projects;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.iam.Grants;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.Labels;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The methods of {@code buckets}: https://cloud.google.com/storage/docs/json_api/v1/buckets. Guarded by the map of buckets. */
final class BucketMethods {

    /** https://cloud.google.com/storage/docs/buckets#naming, of names without dots. */
    private static final Pattern NAME = Pattern.compile("(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]");

    private static final Set<String> EVERYWHERE = Set.of("US", "EU", "ASIA");
    private static final Set<String> PUBLIC = Set.of("allUsers", "allAuthenticatedUsers");

    private final Map<String, StoredBucket> buckets;
    private final Clock clock;
    private final Lags lags;
    private final Directory directory;
    private final Set<String> regions;

    BucketMethods(Map<String, StoredBucket> buckets, Clock clock, Lags lags, Directory directory, Set<String> regions) {
        this.buckets = buckets;
        this.clock = clock;
        this.lags = lags;
        this.directory = directory;
        this.regions = Set.copyOf(regions);
    }

    private static String project(HttpCall call) {
        return call.parameter("project").orElseThrow(() -> ApiError.of(400, "required", "Required parameter: project"));
    }

    HttpReply insert(Caller caller, HttpCall call) {
        CloudStorage.requireOperator(caller, "storage.buckets.create", "");
        long project = Projects.numberOf(project(call));
        Bucket asked = StorageJson.read(call, Bucket.class);
        String name = String.valueOf(asked.getName());
        if (!NAME.matcher(name).matches()) {
            throw ApiError.invalid("Invalid bucket name: '%s'".formatted(name));
        }
        String location = (asked.getLocation() == null ? "US" : asked.getLocation()).toUpperCase(Locale.ROOT);
        if (!EVERYWHERE.contains(location) && !regions.contains(location.toLowerCase(Locale.ROOT))) {
            throw ApiError.invalid("The specified location constraint is not valid.");
        }
        Labels.check("labels", asked.getLabels() == null ? Map.of() : asked.getLabels());
        requireNoLists(asked, call);
        StoredBucket standing = buckets.get(name);
        if (standing != null) {
            throw ApiError.of(
                    409,
                    "conflict",
                    standing.project() == project
                            ? "Your previous request to create the named bucket succeeded and you already own it."
                            : "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.");
        }
        Bucket view = asked.clone()
                .setKind("storage#bucket")
                .setId(name)
                .setLocation(location)
                .setProjectNumber(java.math.BigInteger.valueOf(project))
                .setTimeCreated(new DateTime(clock.millis()))
                .setMetageneration(1L);
        Grants grants = new Grants(directory, clock, lags);
        grants.replace(BucketPolicy.ofProject(project));
        buckets.put(name, new StoredBucket(project, view, grants, new TreeMap<>()));
        return StorageJson.reply(view);
    }

    /** With uniform access there are no lists of their own for bucket or objects: https://cloud.google.com/storage/docs/uniform-bucket-level-access. */
    private static void requireNoLists(Bucket asked, HttpCall call) {
        boolean isUniform = asked.getIamConfiguration() != null
                && asked.getIamConfiguration().getUniformBucketLevelAccess() != null
                && Boolean.TRUE.equals(asked.getIamConfiguration()
                        .getUniformBucketLevelAccess()
                        .getEnabled());
        if (!isUniform) {
            throw ApiError.of(501, "notImplemented", "Buckets without uniform access are not implemented here");
        }
        if (asked.getAcl() != null || call.parameter("predefinedAcl").isPresent()) {
            throw ApiError.invalid(
                    "Cannot use ACL API to set bucket policy when uniform bucket-level access is enabled.");
        }
    }

    HttpReply list(Caller caller, HttpCall call) {
        CloudStorage.requireOperator(caller, "storage.buckets.list", "");
        long project = Projects.numberOf(project(call));
        String prefix = call.parameter("prefix").orElse("");
        List<Bucket> found = buckets.values().stream()
                .filter(bucket -> bucket.project() == project)
                .map(StoredBucket::view)
                .filter(view -> view.getName().startsWith(prefix))
                .toList();
        return StorageJson.reply(new Buckets().setKind("storage#buckets").setItems(found.isEmpty() ? null : found));
    }

    HttpReply get(Caller caller, String name) {
        CloudStorage.requireOperator(caller, "storage.buckets.get", name);
        return StorageJson.reply(CloudStorage.find(buckets, name).view());
    }

    /** Only an empty one: https://cloud.google.com/storage/docs/json_api/v1/buckets/delete. */
    HttpReply delete(Caller caller, String name) {
        CloudStorage.requireOperator(caller, "storage.buckets.delete", name);
        if (!CloudStorage.find(buckets, name).objects().isEmpty()) {
            throw ApiError.of(409, "conflict", "The bucket you tried to delete is not empty.");
        }
        buckets.remove(name);
        return new HttpReply(204, Map.of(), com.google.protobuf.ByteString.EMPTY);
    }

    HttpReply policy(Caller caller, String name) {
        CloudStorage.requireOperator(caller, "storage.buckets.getIamPolicy", name);
        return StorageJson.reply(BucketPolicy.model(
                name, CloudStorage.find(buckets, name).grants().policy()));
    }

    HttpReply grant(Caller caller, String name, HttpCall call) {
        CloudStorage.requireOperator(caller, "storage.buckets.setIamPolicy", name);
        StoredBucket bucket = CloudStorage.find(buckets, name);
        Policy asked = StorageJson.read(call, Policy.class);
        com.google.iam.v1.Policy policy = BucketPolicy.message(asked);
        boolean isPrivate = bucket.view().getIamConfiguration() != null
                && "enforced".equals(bucket.view().getIamConfiguration().getPublicAccessPrevention());
        if (isPrivate
                && policy.getBindingsList().stream()
                        .anyMatch(binding -> binding.getMembersList().stream().anyMatch(PUBLIC::contains))) {
            // https://cloud.google.com/storage/docs/public-access-prevention
            throw ApiError.of(
                    412,
                    "conditionNotMet",
                    "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.");
        }
        return StorageJson.reply(BucketPolicy.model(name, bucket.grants().replace(policy)));
    }
}
