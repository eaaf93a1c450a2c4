// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.secret;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Instants as protobuf writes them. */
final class Times {

    private Times() {}

    static Timestamp of(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
