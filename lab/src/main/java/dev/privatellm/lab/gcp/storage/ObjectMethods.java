// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.client.util.DateTime;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The methods of {@code objects}: https://cloud.google.com/storage/docs/json_api/v1/objects. Guarded by the map of buckets. */
final class ObjectMethods {
    private static final String VIEWER = "roles/storage.objectViewer";

    private final Map<String, StoredBucket> buckets;
    private final Clock clock;
    private final ResumableUploads resumable;
    private long generations;

    ObjectMethods(Map<String, StoredBucket> buckets, Clock clock, RandomGenerator random) {
        this.buckets = buckets;
        this.clock = clock;
        this.resumable = new ResumableUploads(random);
    }

    HttpReply get(Caller caller, String bucket, String object) {
        return StorageJson.reply(
                find(caller, "storage.objects.get", bucket, object).view());
    }

    HttpReply download(Caller caller, String bucket, String object) {
        StoredObject found = find(caller, "storage.objects.get", bucket, object);
        return new HttpReply(200, Map.of("Content-Type", found.view().getContentType()), found.content());
    }

    HttpReply list(Caller caller, String bucket, HttpCall call) {
        StoredBucket found = CloudStorage.find(buckets, bucket);
        requireReader(caller, "storage.objects.list", found);
        String prefix = call.parameter("prefix").orElse("");
        List<StorageObject> shown = found.objects().values().stream()
                .map(StoredObject::view)
                .filter(view -> view.getName().startsWith(prefix))
                .toList();
        return StorageJson.reply(new Objects().setKind("storage#objects").setItems(shown.isEmpty() ? null : shown));
    }

    HttpReply delete(Caller caller, String bucket, String object) {
        CloudStorage.requireOperator(caller, "storage.objects.delete", bucket);
        StoredBucket found = CloudStorage.find(buckets, bucket);
        if (found.objects().remove(object) == null) {
            throw missing(bucket, object);
        }
        return new HttpReply(204, Map.of(), ByteString.EMPTY);
    }

    /** Whoever may not read learns nothing of what there is. */
    private StoredObject find(Caller caller, String permission, String bucket, String object) {
        StoredBucket found = buckets.get(bucket);
        if (caller instanceof Caller.Machine && found == null) {
            throw CloudStorage.denied(caller, permission, "object");
        }
        StoredBucket standing = CloudStorage.find(buckets, bucket);
        requireReader(caller, permission, standing);
        StoredObject stored = standing.objects().get(object);
        if (stored == null) {
            throw missing(bucket, object);
        }
        return stored;
    }

    /** A project's default account is an editor of it, and editors own a bucket's objects unless somebody changes that. */
    private static void requireReader(Caller caller, String permission, StoredBucket bucket) {
        boolean mayRead = switch (caller) {
            case Caller.Operator _ -> true;
            case Caller.Machine machine ->
                machine.email().equals(Directory.defaultAccount(bucket.project()))
                        || bucket.grants().admits(VIEWER, machine.email());
        };
        if (!mayRead) {
            throw CloudStorage.denied(caller, permission, "object");
        }
    }

    private static ApiError missing(String bucket, String object) {
        return ApiError.of(404, "notFound", "No such object: %s/%s".formatted(bucket, object));
    }

    /** In one piece, or the beginning of one in many. */
    HttpReply insert(Caller caller, String bucket, HttpCall call) {
        CloudStorage.requireOperator(caller, "storage.objects.create", bucket);
        StoredBucket found = CloudStorage.find(buckets, bucket);
        return switch (call.parameter("uploadType").orElse("")) {
            case "media" -> {
                StorageObject asked = new StorageObject()
                        .setName(call.parameter("name").orElse(""))
                        .setContentType(call.header("content-type").orElse("application/octet-stream"));
                yield StorageJson.reply(store(found, asked, call.parameter("ifGenerationMatch"), call.body()));
            }
            case "resumable" -> {
                StorageObject asked =
                        call.body().isEmpty() ? new StorageObject() : StorageJson.read(call, StorageObject.class);
                if (asked.getName() == null) {
                    asked.setName(call.parameter("name").orElse(""));
                }
                if (asked.getContentType() == null) {
                    asked.setContentType(call.header("x-upload-content-type").orElse("application/octet-stream"));
                }
                requireGeneration(found, asked.getName(), call.parameter("ifGenerationMatch"));
                yield resumable.begin(bucket, asked, call);
            }
            case String other ->
                throw ApiError.of(501, "notImplemented", "uploadType %s is not implemented here".formatted(other));
        };
    }

    /** The next piece of an upload; the last one makes the object. */
    HttpReply resume(Caller caller, String bucket, HttpCall call) {
        CloudStorage.requireOperator(caller, "storage.objects.create", bucket);
        StoredBucket found = CloudStorage.find(buckets, bucket);
        return resumable.take(
                bucket,
                call,
                whole -> StorageJson.reply(store(found, whole.object(), whole.ifGenerationMatch(), whole.content())));
    }

    private static void requireGeneration(StoredBucket bucket, String name, java.util.Optional<String> wanted) {
        StoredObject standing = bucket.objects().get(name);
        String actual = standing == null ? "0" : standing.view().getGeneration().toString();
        if (wanted.filter(generation -> !generation.equals(actual)).isPresent()) {
            throw ApiError.of(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
        }
    }

    private StorageObject store(
            StoredBucket bucket,
            StorageObject asked,
            java.util.Optional<String> ifGenerationMatch,
            ByteString content) {
        String name = asked.getName();
        if (name.isEmpty()) {
            throw ApiError.of(400, "required", "Required parameter: name");
        }
        requireGeneration(bucket, name, ifGenerationMatch);
        String md5 = md5(content);
        if (asked.getMd5Hash() != null && !asked.getMd5Hash().equals(md5)) {
            throw ApiError.invalid("Provided MD5 hash \"%s\" doesn't match calculated MD5 hash \"%s\"."
                    .formatted(asked.getMd5Hash(), md5));
        }
        DateTime now = new DateTime(clock.millis());
        generations++;
        StorageObject view = asked.clone()
                .setKind("storage#object")
                .setId(bucket.view().getName() + "/" + name + "/" + generations)
                .setBucket(bucket.view().getName())
                .setGeneration(generations)
                .setMetageneration(1L)
                .setSize(BigInteger.valueOf(content.size()))
                .setMd5Hash(md5)
                .setTimeCreated(now)
                .setUpdated(now);
        bucket.objects().put(name, new StoredObject(view, content));
        return view;
    }

    private static String md5(ByteString content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            content.asReadOnlyByteBufferList().forEach(digest::update);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }
}
