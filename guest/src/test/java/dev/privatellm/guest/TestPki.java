// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests, and what it issues. */
final class TestPki {
    static final String SERVER_NAME = "pllm-test";

    private final X500Name subject = new X500Name("CN=Private LLM CA,O=test");
    private final KeyPair keys = newKeys();
    private final X509Certificate certificate;

    record Identity(X509Certificate certificate, PrivateKey key) {}

    TestPki() {
        this.certificate = issue(subject, keys, validFor(Duration.ofDays(1)), new KeyPurposeId[0], true);
    }

    private record Validity(Instant from, Instant to) {}

    private static Validity validFor(Duration duration) {
        Instant now = Instant.now();
        return new Validity(now.minus(Duration.ofDays(2)), now.plus(duration));
    }

    X509Certificate authority() {
        return certificate;
    }

    Identity server() {
        KeyPair pair = newKeys();
        return new Identity(
                issue(
                        new X500Name("CN=" + SERVER_NAME),
                        pair,
                        validFor(Duration.ofDays(1)),
                        new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth},
                        false),
                pair.getPrivate());
    }

    /** What is issued to a machine for a key that it made itself. */
    X509Certificate server(PublicKey key) {
        return issue(
                new X500Name("CN=" + SERVER_NAME),
                new KeyPair(key, null),
                validFor(Duration.ofDays(1)),
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth},
                false);
    }

    Identity client(String unit) {
        return client(unit, Duration.ofDays(1));
    }

    /** A client whose certificate ends so long from now, or ended so long ago. */
    Identity client(String unit, Duration endsIn) {
        KeyPair pair = newKeys();
        return new Identity(
                issue(
                        new X500Name("CN=private-llm-client,OU=" + unit),
                        pair,
                        validFor(endsIn),
                        new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth},
                        false),
                pair.getPrivate());
    }

    private X509Certificate issue(
            X500Name name, KeyPair pair, Validity validity, KeyPurposeId[] purposes, boolean authority) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    subject,
                    new BigInteger(100, new SecureRandom()),
                    Date.from(validity.from()),
                    Date.from(validity.to()),
                    name,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (purposes.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, SERVER_NAME)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(X509Certificate certificate) {
        return write(certificate);
    }

    static String pem(PrivateKey key) {
        try {
            return write(new JcaPKCS8Generator(key, null));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String write(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    /** TLS of a client that trusts this authority and shows this identity. */
    SSLContext tls(Identity identity) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("own", identity.key(), new char[0], new Certificate[] {identity.certificate()});
            KeyManagerFactory key = KeyManagerFactory.getInstance("PKIX");
            key.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(key.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
