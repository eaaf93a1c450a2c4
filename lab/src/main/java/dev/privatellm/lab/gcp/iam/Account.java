// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.iam;

import com.google.iam.admin.v1.ServiceAccount;
import java.time.Instant;

/**
 * A service account that somebody made.
 *
 * @param view as the API shows it
 * @param isDeleted whether it is kept for its number only
 */
record Account(ServiceAccount view, Instant created, boolean isDeleted) {

    Account deleted() {
        return new Account(view, created, true);
    }
}
