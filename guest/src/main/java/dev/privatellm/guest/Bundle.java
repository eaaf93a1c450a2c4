// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The identity of this machine and whom it admits, as one generation. Exists only if everything in it is present and fits together, and only in memory.
 *
 * @param generation grows with each issue
 * @param authorities who may have issued a client's certificate
 * @param chain our leaf first
 * @param key of the leaf
 * @param tokens who may speak, beyond the certificate
 */
record Bundle(
        long generation,
        List<X509Certificate> authorities,
        List<X509Certificate> chain,
        PrivateKey key,
        TokenRing tokens) {
    private static final int SCHEMA = 1;

    Bundle {
        authorities = List.copyOf(authorities);
        chain = List.copyOf(chain);
    }

    /**
     * Reads a bundle of mode {@code Uploaded}.
     *
     * @throws InvalidDocument naming the first field that is missing, malformed or does not fit the others
     */
    static Bundle parse(byte[] text) throws InvalidDocument {
        JsonObject json = JsonObject.parse("bundle", text);
        json.requiredNumber("schema", SCHEMA - 1, SCHEMA);
        long generation = json.requiredNumber("generation", 1, Long.MAX_VALUE);
        List<X509Certificate> authorities =
                Pem.certificates("bundle.caCertificates", String.join("\n", json.texts("caCertificates")));
        List<X509Certificate> chain =
                Pem.certificates("bundle.serverCertificate", json.requiredText("serverCertificate"));
        PrivateKey key = Pem.privateKey(
                "bundle.serverKey",
                json.requiredText("serverKey"),
                chain.getFirst().getPublicKey());
        json.requiredText("notAfter");
        TokenRing tokens = TokenRing.of(json.requiredObject("tokens"));
        Pem.requireIssued(chain.getFirst(), authorities);
        return new Bundle(generation, authorities, chain, key, tokens);
    }

    @Override
    public String toString() {
        return "bundle of generation " + generation;
    }
}
