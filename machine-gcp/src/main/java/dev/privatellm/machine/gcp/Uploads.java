// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Uploads under way. Unlike the cloud's own operations they are this process's: they end with it, and no other process knows their names. Thread-safe.
 */
final class Uploads {
    private record Upload(OperationId id, CompletableFuture<Boolean> answer) {}

    private final RestCalls calls;
    private final Map<String, Upload> byTarget = new HashMap<>();

    Uploads(RestCalls calls) {
        this.calls = calls;
    }

    /** Begins an upload in the background, or finds the one that is sending to this target. */
    synchronized OperationId begin(String target, RestCalls.Call<Boolean> upload) {
        Upload known = byTarget.get(target);
        if (known != null && !known.answer().isDone()) {
            return known.id();
        }
        Upload begun = new Upload(OperationId.global("upload-" + UUID.randomUUID()), start(upload));
        byTarget.put(target, begun);
        return begun.id();
    }

    private CompletableFuture<Boolean> start(RestCalls.Call<Boolean> upload) {
        try {
            return calls.start(upload);
        } catch (RejectedExecutionException e) {
            throw GoogleErrors.closed(e);
        }
    }

    synchronized OperationStatus status(OperationId id) {
        return byTarget.values().stream()
                .filter(upload -> upload.id().equals(id))
                .findFirst()
                .map(upload -> status(upload.answer()))
                .orElseGet(OperationStatus.Forgotten::new);
    }

    private static OperationStatus status(CompletableFuture<Boolean> answer) {
        if (!answer.isDone()) {
            return new OperationStatus.Running();
        }
        try {
            answer.join();
            return new OperationStatus.Done();
        } catch (CompletionException e) {
            // What is there already is what was to be there: its name is its hash.
            CloudFailure failure = e.getCause() instanceof RejectedExecutionException closed
                    ? GoogleErrors.closed(closed)
                    : GoogleErrors.of(e);
            return failure instanceof CloudFailure.Conflict
                    ? new OperationStatus.Done()
                    : new OperationStatus.Failed(failure);
        }
    }

    /** The MD5 of a file, as Cloud Storage writes it. */
    static String md5(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            byte[] buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }
}
