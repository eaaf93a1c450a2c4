// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.services.storage.model.StorageObject;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Uploads in pieces: https://cloud.google.com/storage/docs/performing-resumable-uploads. Guarded by whoever keeps the buckets. */
final class ResumableUploads {
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,12})-(\\d{1,12})/(\\d{1,12}|\\*)");

    /** Every piece but the last is a multiple of this. */
    private static final int UNIT = 256 * 1024;

    private final RandomGenerator random;
    private final Map<String, Session> sessions = new HashMap<>();

    /** An upload that has come to its end. */
    record Whole(StorageObject object, Optional<String> ifGenerationMatch, ByteString content) {}

    private record Session(
            String bucket, StorageObject object, Optional<String> ifGenerationMatch, ByteString received) {
        Session with(ByteString more) {
            return new Session(bucket, object, ifGenerationMatch, received.concat(more));
        }
    }

    ResumableUploads(RandomGenerator random) {
        this.random = random;
    }

    HttpReply begin(String bucket, StorageObject object, HttpCall call) {
        String id = "%016x%016x".formatted(random.nextLong(), random.nextLong());
        sessions.put(id, new Session(bucket, object, call.parameter("ifGenerationMatch"), ByteString.EMPTY));
        return HttpReply.json(200, "")
                .with("Location", "%s%s?uploadType=resumable&upload_id=%s".formatted(call.origin(), call.path(), id));
    }

    /** @param finish makes the object of the last piece and all before it */
    HttpReply take(String bucket, HttpCall call, Function<Whole, HttpReply> finish) {
        String id = call.parameter("upload_id").orElse("");
        Session session = sessions.get(id);
        if (session == null || !session.bucket().equals(bucket)) {
            throw ApiError.of(404, "notFound", "No such upload");
        }
        Matcher range = RANGE.matcher(call.header("content-range").orElse(""));
        if (!range.matches()) {
            throw ApiError.invalid("Failed to parse Content-Range header.");
        }
        long first = Long.parseLong(range.group(1));
        long last = Long.parseLong(range.group(2));
        if (first != session.received().size()
                || last - first + 1 != call.body().size()) {
            throw ApiError.invalid("Invalid request. The bytes received do not match the Content-Range header.");
        }
        Session next = session.with(call.body());
        boolean isLast = range.group(3).equals(Long.toString(last + 1));
        if (isLast) {
            sessions.remove(id);
            return finish.apply(new Whole(next.object(), next.ifGenerationMatch(), next.received()));
        }
        if (call.body().size() % UNIT != 0) {
            throw ApiError.invalid(
                    "Invalid request. There were %d byte(s) in the request body, which is no multiple of %d."
                            .formatted(call.body().size(), UNIT));
        }
        sessions.put(id, next);
        return new HttpReply(308, Map.of("Range", "bytes=0-" + last), ByteString.EMPTY);
    }
}
