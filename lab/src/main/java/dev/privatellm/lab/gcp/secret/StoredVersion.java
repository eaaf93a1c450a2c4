// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.secret;

import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.cloud.secretmanager.v1.SecretVersion.State;
import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Instant;

/**
 * One version.
 *
 * @param view what the API shows
 * @param payload empty once it is destroyed
 */
record StoredVersion(long number, SecretVersion view, ByteString payload, Instant created) {

    private static final int MAX_PAYLOAD = 64 * 1024;

    /** Refuses a payload that the service does not take. */
    static void check(ByteString payload) {
        if (payload.isEmpty() || payload.size() > MAX_PAYLOAD) {
            throw ApiError.invalid("Payload must not be empty, nor larger than %d bytes.".formatted(MAX_PAYLOAD));
        }
    }

    /** Refuses unless it is enabled. */
    void checkReadable() {
        if (view.getState() != State.ENABLED) {
            throw wrongState();
        }
    }

    /** Refuses if it is destroyed: nothing comes back from there. */
    void checkAlive() {
        if (view.getState() == State.DESTROYED) {
            throw wrongState();
        }
    }

    private ApiError wrongState() {
        return ApiError.failedPrecondition(
                "Secret Version [%s] is in %s state.".formatted(view.getName(), view.getState()));
    }

    StoredVersion with(SecretVersion.Builder changed) {
        ByteString rest = changed.getState() == State.DESTROYED ? ByteString.EMPTY : payload;
        return new StoredVersion(number, changed.build(), rest, created);
    }

    /** Says which, never what. */
    @Override
    public String toString() {
        return "StoredVersion[" + view.getName() + " " + view.getState() + "]";
    }
}
