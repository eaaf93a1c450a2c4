// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/**
 * What each of our certificates says, before it is signed: the authority's, a machine's, a client's. All of them begin ten minutes ago, so that a clock
 * that is behind accepts them, and count in whole seconds, as X.509 does (RFC 5280, 4.1.2.5).
 */
final class CertificateForm {
    static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    static final Duration LEAF_LIFETIME = Duration.ofDays(7);
    static final Duration BACKDATING = Duration.ofMinutes(10);

    /** Random serials of exactly this many bits: within RFC 5280's 20 octets, far above the 64 bits of entropy that are asked for. */
    static final int SERIAL_BITS = 128;

    private final X500Name issuer;
    private final X500Name subject;
    private final PublicKey issuerKey;
    private final PublicKey key;
    private final int keyUsage;
    private final Optional<KeyPurposeId> purpose;
    private final Optional<String> serverName;
    private final Instant notBefore;
    private final Instant notAfter;

    private CertificateForm(
            X500Name issuer,
            X500Name subject,
            PublicKey issuerKey,
            PublicKey key,
            int keyUsage,
            Optional<KeyPurposeId> purpose,
            Optional<String> serverName,
            Instant now,
            Instant notAfter) {
        this.issuer = issuer;
        this.subject = subject;
        this.issuerKey = issuerKey;
        this.key = key;
        this.keyUsage = keyUsage;
        this.purpose = purpose;
        this.serverName = serverName;
        this.notBefore = now.minus(BACKDATING).truncatedTo(ChronoUnit.SECONDS);
        this.notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
    }

    static CertificateForm authority(String resource, PublicKey key, Instant now) {
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.O, resource)
                .addRDN(BCStyle.CN, "Private LLM CA")
                .build();
        int usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
        Instant end = now.plus(AUTHORITY_LIFETIME);
        return new CertificateForm(name, name, key, key, usage, Optional.empty(), Optional.empty(), now, end);
    }

    static CertificateForm server(X509Certificate authority, String serverName, PublicKey key, Instant now) {
        X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, serverName).build();
        int usage = KeyUsage.digitalSignature | (key.getAlgorithm().equals("RSA") ? KeyUsage.keyEncipherment : 0);
        return leaf(authority, name, key, usage, KeyPurposeId.id_kp_serverAuth, Optional.of(serverName), now);
    }

    static CertificateForm client(X509Certificate authority, String unit, PublicKey key, Instant now) {
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.OU, unit)
                .addRDN(BCStyle.CN, "private-llm-client")
                .build();
        int usage = KeyUsage.digitalSignature;
        return leaf(authority, name, key, usage, KeyPurposeId.id_kp_clientAuth, Optional.empty(), now);
    }

    private static CertificateForm leaf(
            X509Certificate authority,
            X500Name name,
            PublicKey key,
            int usage,
            KeyPurposeId purpose,
            Optional<String> serverName,
            Instant now) {
        X500Name issuer =
                X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        Instant end = now.plus(LEAF_LIFETIME);
        Instant issuerEnd = authority.getNotAfter().toInstant();
        return new CertificateForm(
                issuer,
                name,
                authority.getPublicKey(),
                key,
                usage,
                Optional.of(purpose),
                serverName,
                now,
                end.isBefore(issuerEnd) ? end : issuerEnd);
    }

    static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }

    /** The signed certificate's DER form. */
    byte[] issue(BigInteger serial, String signature, UnaryOperator<byte[]> sign) {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(issuer, serial, Date.from(notBefore), Date.from(notAfter), subject, info);
        try {
            addExtensions(builder);
            return builder.build(new Signer(signature, sign)).getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException("a certificate cannot be encoded", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-1 for key identifiers", e);
        }
    }

    private void addExtensions(X509v3CertificateBuilder builder) throws IOException, NoSuchAlgorithmException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        if (purpose.isEmpty()) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        }
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
        if (purpose.isPresent()) {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.get()));
        }
        if (serverName.isPresent()) {
            GeneralName name = new GeneralName(GeneralName.dNSName, serverName.get());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
        }
        builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuerKey));
    }

    /** Collects what is to be signed and lets the authority's key, wherever it is, sign it once. */
    private static final class Signer implements ContentSigner {
        private final AlgorithmIdentifier algorithm;
        private final UnaryOperator<byte[]> sign;
        private final ByteArrayOutputStream toBeSigned = new ByteArrayOutputStream();

        Signer(String signature, UnaryOperator<byte[]> sign) {
            this.algorithm = new DefaultSignatureAlgorithmIdentifierFinder().find(signature);
            this.sign = sign;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return algorithm;
        }

        @Override
        public OutputStream getOutputStream() {
            return toBeSigned;
        }

        @Override
        public byte[] getSignature() {
            return sign.apply(toBeSigned.toByteArray());
        }
    }
}
