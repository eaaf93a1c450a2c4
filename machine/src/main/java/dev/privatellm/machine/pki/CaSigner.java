// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.cert.X509Certificate;

/** A certificate authority's key in use: it signs and never shows itself, wherever it is kept. */
public interface CaSigner {

    /** The authority's own certificate. */
    X509Certificate certificate();

    /** Name of the signature that {@link #sign} makes, as the JDK spells it. */
    String signature();

    /** Signs the DER form of a certificate that is about to be issued. */
    byte[] sign(byte[] toBeSigned);
}
