// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.time.Duration;

/**
 * How long reads stay behind writes, as Google documents it for lists, for a secret's {@code latest}, for IAM grants and for service accounts. A read of
 * any other one thing by its name or number is never late.
 *
 * @param lists until a created or deleted thing shows in lists
 * @param latest until {@code versions/latest} names a new version
 * @param grants until a new grant is honoured, and a new service account is known
 */
public record Lags(Duration lists, Duration latest, Duration grants) {

    /** Long enough to break whoever relies on them, short enough not to be felt. */
    public static Lags small() {
        return new Lags(Duration.ofMillis(150), Duration.ofSeconds(2), Duration.ofMillis(100));
    }

    public static Lags none() {
        return new Lags(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }
}
