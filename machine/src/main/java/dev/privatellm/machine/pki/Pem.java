// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and private keys as text (RFC 7468): {@code CERTIFICATE} and unencrypted PKCS#8 {@code PRIVATE KEY}. Messages never quote the text. */
public final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    /** Certificates one after another, the leaf first where it is a chain. */
    public static String text(List<X509Certificate> certificates) {
        return write(certificates.stream().map(Pem::block).toList());
    }

    /** A private key. */
    public static String text(PrivateKey key) {
        return write(List.of(block(key)));
    }

    /**
     * The certificates in a text, in their order.
     *
     * @throws GeneralSecurityException if there is none, or anything else
     */
    public static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        for (PemObject block : read(text)) {
            found.add(certificate(content(block, CERTIFICATE)));
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("text without a certificate");
        }
        return List.copyOf(found);
    }

    /**
     * One certificate followed by its private key.
     *
     * @throws GeneralSecurityException if the text is anything else; whether they belong together is not tried here
     */
    public static Identity identity(String text) throws GeneralSecurityException {
        List<Identity> found = identities(text);
        if (found.size() != 1) {
            throw new GeneralSecurityException("%d certificates with keys (expected: 1)".formatted(found.size()));
        }
        return found.getFirst();
    }

    /**
     * Certificates, each followed by its private key, in their order.
     *
     * @throws GeneralSecurityException if the text is anything else; whether they belong together is not tried here
     */
    public static List<Identity> identities(String text) throws GeneralSecurityException {
        List<PemObject> blocks = read(text);
        if (blocks.isEmpty() || blocks.size() % 2 != 0) {
            throw new GeneralSecurityException(
                    "%d blocks (expected: certificates, each with its key)".formatted(blocks.size()));
        }
        List<Identity> found = new ArrayList<>();
        for (int at = 0; at < blocks.size(); at += 2) {
            found.add(identity(blocks.get(at), blocks.get(at + 1)));
        }
        return List.copyOf(found);
    }

    static Identity identity(PemObject certificateBlock, PemObject keyBlock) throws GeneralSecurityException {
        X509Certificate certificate = certificate(content(certificateBlock, CERTIFICATE));
        PrivateKey key = KeyFactory.getInstance(
                        KeyAlgorithm.of(certificate.getPublicKey()).keyType())
                .generatePrivate(new PKCS8EncodedKeySpec(content(keyBlock, PRIVATE_KEY)));
        return new Identity(certificate, key);
    }

    static X509Certificate certificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    static PemObject block(X509Certificate certificate) {
        try {
            return new PemObject(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }

    static PemObject block(PrivateKey key) {
        return new PemObject(PRIVATE_KEY, key.getEncoded());
    }

    static byte[] content(PemObject block, String type) throws GeneralSecurityException {
        if (!block.getType().equals(type)) {
            throw new GeneralSecurityException("block %s (expected: %s)".formatted(block.getType(), type));
        }
        return block.getContent();
    }

    static List<PemObject> read(String text) throws GeneralSecurityException {
        List<PemObject> blocks = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                blocks.add(block);
            }
        } catch (IOException | RuntimeException e) {
            throw new GeneralSecurityException(
                    "text that is not PEM: " + e.getClass().getSimpleName(), e);
        }
        if (blocks.isEmpty() && !text.isBlank()) {
            throw new GeneralSecurityException("text that is not PEM");
        }
        return blocks;
    }

    static String write(List<PemObject> blocks) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            for (PemObject block : blocks) {
                writer.writeObject(block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }
}
