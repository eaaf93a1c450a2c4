// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 of a certificate's DER form, in 64 lower-case hex digits. Of a machine's leaf it is the pin. */
public record Fingerprint(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Fingerprint {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("fingerprint: %s (expected: 64 lower-case hex digits)".formatted(hex));
        }
    }

    public static Fingerprint of(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new Fingerprint(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be hashed", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
