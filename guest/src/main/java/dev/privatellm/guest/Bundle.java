// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

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
     * Reads a bundle.
     *
     * @param keys of this machine, one of which belongs to the certificate if the bundle holds no key
     * @return empty if it holds no certificate of this machine yet: that has still to be signed
     * @throws InvalidDocument naming the first field that is missing, malformed or does not fit the others
     */
    static Optional<Bundle> parse(byte[] text, OwnKeys keys) throws InvalidDocument {
        JsonObject json = JsonObject.parse("bundle", text);
        json.requiredNumber("schema", SCHEMA - 1, SCHEMA);
        long generation = json.requiredNumber("generation", 1, Long.MAX_VALUE);
        List<X509Certificate> authorities =
                Pem.certificates("bundle.caCertificates", String.join("\n", json.texts("caCertificates")));
        json.requiredText("notAfter");
        TokenRing tokens = TokenRing.of(json.requiredObject("tokens"));
        Optional<String> serverKey = json.text("serverKey");
        if (serverKey.isEmpty() && json.text("serverCertificate").isEmpty()) {
            return Optional.empty();
        }
        List<X509Certificate> chain =
                Pem.certificates("bundle.serverCertificate", json.requiredText("serverCertificate"));
        PrivateKey key = key(serverKey, chain.getFirst().getPublicKey(), keys);
        Pem.requireIssued(chain.getFirst(), authorities);
        return Optional.of(new Bundle(generation, authorities, chain, key, tokens));
    }

    private static PrivateKey key(Optional<String> uploaded, PublicKey certified, OwnKeys keys) throws InvalidDocument {
        return uploaded.isPresent()
                ? Pem.privateKey("bundle.serverKey", uploaded.get(), certified)
                : keys.of(certified)
                        .orElseThrow(
                                () -> new InvalidDocument(
                                        "bundle.serverKey (expected: present, or bundle.serverCertificate of a key that this machine has made)"));
    }

    @Override
    public String toString() {
        return "bundle of generation " + generation;
    }
}
