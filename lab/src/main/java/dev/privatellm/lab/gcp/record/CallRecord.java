// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import java.time.Instant;

/**
 * One line of the journal.
 *
 * @param n 1 for the first call
 * @param time when its request had been read
 * @param rpc short name such as {@code Instances.Insert}; the path where there is no such method
 * @param requestId the caller's, else empty
 * @param target path of what was called, with the name of what is to be made
 * @param caller account; empty if it was not accepted
 * @param status HTTP status; 0 if no answer was given
 * @param result {@code ok}, the error's reason, or {@code fault:…}
 */
public record CallRecord(
        long n,
        Instant time,
        String rpc,
        String requestId,
        String target,
        String caller,
        int status,
        String result,
        long millis) {}
