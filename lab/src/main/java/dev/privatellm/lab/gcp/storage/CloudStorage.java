// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.PlainService;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Cloud Storage as a whole. One lock over everything: every read is as new as the last write (https://cloud.google.com/storage/docs/consistency). */
public final class CloudStorage implements PlainService {
    private static final List<String> JSON = List.of("storage", "v1", "b");
    private static final List<String> UPLOAD = List.of("upload", "storage", "v1", "b");
    private static final List<String> RESUMABLE = List.of("resumable", "upload", "storage", "v1", "b");

    /** Where the XML API is; under any other name a path of two parts belongs to somebody else. */
    private static final String XML_HOST = "storage.googleapis.com";

    private final Map<String, StoredBucket> buckets = new TreeMap<>();
    private final BucketMethods bucketMethods;
    private final ObjectMethods objectMethods;

    /** @param regions where buckets may be */
    public CloudStorage(Clock clock, Lags lags, RandomGenerator random, Directory directory, Set<String> regions) {
        this.bucketMethods = new BucketMethods(buckets, clock, lags, directory, regions);
        this.objectMethods = new ObjectMethods(buckets, clock, random);
    }

    private record Method(String rpc, Optional<String> project, Function<Caller, HttpReply> body, Object lock)
            implements Exchange {
        @Override
        public HttpReply answer(Caller caller) {
            synchronized (lock) {
                return body.apply(caller);
            }
        }
    }

    @Override
    public String api() {
        return "storage.googleapis.com";
    }

    @Override
    public Optional<Exchange> find(HttpCall call) {
        List<String> path = Stream.of(call.path().substring(1).split("/", -1))
                .map(part -> HttpCall.decode(part.replace("+", "%2B")))
                .toList();
        if (path.size() >= 3 && path.subList(0, 3).equals(JSON)) {
            return json(call, path.subList(3, path.size()));
        }
        for (List<String> prefix : List.of(UPLOAD, RESUMABLE)) {
            if (path.size() == prefix.size() + 2
                    && path.subList(0, prefix.size()).equals(prefix)) {
                return upload(call, path.get(prefix.size()));
            }
        }
        boolean isXml = call.header("host").orElse("").equals(XML_HOST) && path.size() == 2;
        return isXml && call.verb().equals("GET")
                ? method("Objects.Get", path.get(0), caller -> objectMethods.download(caller, path.get(0), path.get(1)))
                : Optional.empty();
    }

    private Optional<Exchange> json(HttpCall call, List<String> path) {
        String verb = call.verb();
        String bucket = path.isEmpty() ? "" : path.get(0);
        return switch (path.size()) {
            case 0 ->
                switch (verb) {
                    case "GET" -> ofProject("Buckets.List", call, caller -> bucketMethods.list(caller, call));
                    case "POST" -> ofProject("Buckets.Insert", call, caller -> bucketMethods.insert(caller, call));
                    default -> Optional.empty();
                };
            case 1 ->
                switch (verb) {
                    case "GET" -> method("Buckets.Get", bucket, caller -> bucketMethods.get(caller, bucket));
                    case "DELETE" -> method("Buckets.Delete", bucket, caller -> bucketMethods.delete(caller, bucket));
                    default -> Optional.empty();
                };
            case 2 ->
                switch (verb + " " + path.get(1)) {
                    case "GET iam" ->
                        method("Buckets.GetIamPolicy", bucket, caller -> bucketMethods.policy(caller, bucket));
                    case "PUT iam" ->
                        method("Buckets.SetIamPolicy", bucket, caller -> bucketMethods.grant(caller, bucket, call));
                    case "GET o" -> method("Objects.List", bucket, caller -> objectMethods.list(caller, bucket, call));
                    default -> Optional.empty();
                };
            case 3 -> path.get(1).equals("o") ? object(call, bucket, path.get(2)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<Exchange> object(HttpCall call, String bucket, String object) {
        return switch (call.verb()) {
            case "GET" ->
                method(
                        "Objects.Get",
                        bucket,
                        caller -> call.parameter("alt").orElse("").equals("media")
                                ? objectMethods.download(caller, bucket, object)
                                : objectMethods.get(caller, bucket, object));
            case "DELETE" -> method("Objects.Delete", bucket, caller -> objectMethods.delete(caller, bucket, object));
            default -> Optional.empty();
        };
    }

    private Optional<Exchange> upload(HttpCall call, String bucket) {
        return switch (call.verb()) {
            case "POST" -> method("Objects.Insert", bucket, caller -> objectMethods.insert(caller, bucket, call));
            case "PUT" -> method("Objects.Insert", bucket, caller -> objectMethods.resume(caller, bucket, call));
            default -> Optional.empty();
        };
    }

    private Optional<Exchange> ofProject(String rpc, HttpCall call, Function<Caller, HttpReply> body) {
        return Optional.of(new Method(rpc, call.parameter("project"), body, buckets));
    }

    private Optional<Exchange> method(String rpc, String bucket, Function<Caller, HttpReply> body) {
        Optional<String> project;
        synchronized (buckets) {
            project = Optional.ofNullable(buckets.get(bucket)).map(found -> Long.toString(found.project()));
        }
        return Optional.of(new Method(rpc, project, body, buckets));
    }

    /** Refuses machines: nothing of a bucket is granted to their accounts here but to read what is in it. */
    static void requireOperator(Caller caller, String permission, String bucket) {
        if (caller instanceof Caller.Machine) {
            throw denied(caller, permission, "bucket");
        }
    }

    static ApiError denied(Caller caller, String permission, String kind) {
        return ApiError.of(
                403,
                "forbidden",
                "%s does not have %s access to the Google Cloud Storage %s. Permission '%s' denied on resource (or it may not exist)."
                        .formatted(caller.email(), permission, kind, permission));
    }

    static StoredBucket find(Map<String, StoredBucket> buckets, String name) {
        StoredBucket bucket = buckets.get(name);
        if (bucket == null) {
            throw ApiError.of(404, "notFound", "The specified bucket does not exist.");
        }
        return bucket;
    }
}
