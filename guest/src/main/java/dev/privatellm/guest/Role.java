// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** Who a client is, as the organisational unit of its certificate says. */
enum Role {
    /** Runs the machine. */
    CONTROLLER,
    /** Brings the callers. */
    GATEWAY;

    /** The role of a verified certificate; empty if its subject names none of ours, or several. */
    static Optional<Role> of(X509Certificate certificate) {
        boolean controller = false;
        boolean gateway = false;
        for (String attribute : certificate.getSubjectX500Principal().getName().split(",", -1)) {
            controller |= attribute.equals("OU=controller");
            gateway |= attribute.equals("OU=gateway");
        }
        if (controller == gateway) {
            return Optional.empty();
        }
        return Optional.of(controller ? CONTROLLER : GATEWAY);
    }
}
