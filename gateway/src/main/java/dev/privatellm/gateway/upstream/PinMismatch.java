// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import java.security.cert.CertificateException;

/** A server presented a leaf that is issued properly and yet is not the one that was written down. */
final class PinMismatch extends CertificateException {
    private static final long serialVersionUID = 1L;

    PinMismatch(String presented) {
        super("leaf " + presented + " is not pinned");
    }
}
