// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CloudFailure;
import java.time.Instant;
import java.util.Optional;

/**
 * The image that every disk is filled from for as long as the document says the same and the image is there, whatever its family publishes meanwhile.
 *
 * @param asked as the document names it
 * @param image one image by its own name
 * @param since when it was looked up; empty on the record of a version that did not write it down
 */
public record PinnedImage(String asked, String image, Optional<Instant> since) {
    public PinnedImage {
        since = since == null ? Optional.empty() : since;
    }

    /**
     * Whether the cloud refuses to make a machine because of the image. Its publisher may have withdrawn it, and only what the cloud says tells that.
     */
    boolean isRefused(RuntimeException failure) {
        boolean isObjection = failure instanceof CloudFailure.InvalidRequest
                || failure instanceof CloudFailure.NotFound
                || failure instanceof CloudFailure.Unclassified;
        return isObjection && String.valueOf(failure.getMessage()).contains(image);
    }

    /** Whether it was looked up before this moment, so that to look once more may find another one. */
    boolean isOlderThan(Instant moment) {
        return since.map(at -> at.isBefore(moment)).orElse(true);
    }
}
