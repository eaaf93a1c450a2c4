// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads every certificate back and compares it with what it has to say. */
class IssuedCertificatesTest {
    private static final Instant SECOND = Instant.parse("2026-11-21T08:00:00Z");
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final KeyPair RSA_PAIR = KeyAlgorithm.RSA_4096.generate(new SecureRandom());
    private static final Epoch EPOCH = TestPki.epoch(7);

    @Test
    void authorityMaySignLeavesAndNothingElse() {
        X509Certificate authority = TestPki.AUTHORITY.certificate();
        assertThat(authority.getSubjectX500Principal().getName()).isEqualTo("CN=Private LLM CA,O=uid-1");
        assertThat(authority.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(usages(authority)).containsExactlyInAnyOrder(5, 6);
        assertThat(authority.getCriticalExtensionOIDs())
                .containsExactlyInAnyOrder(Extension.basicConstraints.getId(), Extension.keyUsage.getId());
        assertThat(authority.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder(
                        Extension.subjectKeyIdentifier.getId(), Extension.authorityKeyIdentifier.getId());
        assertThat(authority.getNotAfter().toInstant()).isEqualTo(SECOND.plus(Duration.ofDays(3650)));
    }

    @Test
    void serverCertificateCarriesItsNameAndServesOnly() throws Exception {
        X509Certificate server = TestPki.serverOf(EPOCH).certificate();
        assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=" + TestPki.SERVER_NAME);
        assertThat(server.getSubjectAlternativeNames()).containsExactly(List.of(2, TestPki.SERVER_NAME));
        assertThat(server.getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
        assertThat(usages(server)).containsExactly(0);
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(server.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder(
                        Extension.extendedKeyUsage.getId(),
                        Extension.subjectAlternativeName.getId(),
                        Extension.subjectKeyIdentifier.getId(),
                        Extension.authorityKeyIdentifier.getId());
    }

    @Test
    void clientCertificatesDifferInTheirUnitAndAreNoServers() throws Exception {
        assertThat(EPOCH.controller().certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=private-llm-client,OU=controller");
        assertThat(EPOCH.gateway().certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=private-llm-client,OU=gateway");
        for (Identity client : List.of(EPOCH.controller(), EPOCH.gateway())) {
            assertThat(client.certificate().getExtendedKeyUsage()).containsExactly(CLIENT_AUTH);
            assertThat(usages(client.certificate())).containsExactly(0);
            assertThat(client.certificate().getSubjectAlternativeNames()).isNull();
        }
    }

    @Test
    @DisplayName("S12 every certificate begins ten minutes ago, in whole seconds, and a leaf ends after seven days")
    void backdates() {
        leaves(EPOCH).map(Identity::certificate).forEach(leaf -> {
            assertThat(leaf.getNotBefore().toInstant()).isEqualTo(SECOND.minus(Duration.ofMinutes(10)));
            assertThat(leaf.getNotAfter().toInstant()).isEqualTo(SECOND.plus(Duration.ofDays(7)));
        });
        assertThat(TestPki.AUTHORITY.certificate().getNotBefore().toInstant())
                .isEqualTo(SECOND.minus(Duration.ofMinutes(10)));
    }

    @Test
    @DisplayName("S12 serials are random, of 64 to 159 bits, and never repeat")
    void serialsAreRandom() {
        Set<BigInteger> serials = new HashSet<>();
        serials.add(TestPki.AUTHORITY.certificate().getSerialNumber());
        for (long generation = 1; generation <= 20; generation++) {
            leaves(TestPki.epoch(generation))
                    .map(leaf -> leaf.certificate().getSerialNumber())
                    .forEach(serials::add);
        }
        assertThat(serials).hasSize(61);
        assertThat(serials)
                .allMatch(serial -> serial.signum() > 0 && serial.bitLength() >= 64 && serial.bitLength() <= 159);
    }

    @Test
    void keyIdentifiersLinkLeafToAuthority() throws Exception {
        byte[] authority = new JcaX509CertificateHolder(TestPki.AUTHORITY.certificate())
                .getExtension(Extension.subjectKeyIdentifier)
                .getExtnValue()
                .getOctets();
        byte[] id = java.util.Arrays.copyOfRange(authority, 2, authority.length);
        leaves(EPOCH).forEach(leaf -> assertThat(authorityKeyIdentifier(leaf)).containsSequence(id));
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    @DisplayName("S12 authority and leaves are of the chosen algorithm, RSA or not, and chain")
    void everyAlgorithmChains(KeyAlgorithm algorithm) throws Exception {
        Clock clock = Clock.fixed(TestPki.NOW, ZoneOffset.UTC);
        KeyPairs keys = algorithm == KeyAlgorithm.RSA_4096 ? oneRsaPairForAll() : TestPki.fresh(algorithm);
        CertificateAuthority authority = CertificateAuthority.create("uid-1", keys, clock, new SecureRandom());
        assertThat(KeyAlgorithm.of(authority.certificate().getPublicKey())).isEqualTo(algorithm);
        Epoch epoch = TestPki.issuer(authority, clock).issue(1, "name", Optional.empty());
        for (Identity leaf : leaves(epoch).toList()) {
            leaf.certificate().verify(authority.certificate().getPublicKey());
            assertThat(leaf.certificate().getSigAlgName()).isEqualTo(algorithm.signature());
            assertThat(leaf.isPaired()).isTrue();
        }
    }

    @Test
    void rsaServerMayEncipherKeysToo() throws Exception {
        Clock clock = Clock.fixed(TestPki.NOW, ZoneOffset.UTC);
        EpochIssuer issuer = new EpochIssuer(TestPki.authorities(), oneRsaPairForAll(), clock, new SecureRandom());
        Epoch epoch = issuer.issue(1, "name", Optional.empty());
        assertThat(usages(TestPki.serverOf(epoch).certificate())).containsExactly(0, 2);
        assertThat(usages(epoch.gateway().certificate())).containsExactly(0);
    }

    @Test
    void leafNeverOutlivesItsAuthority() {
        Clock late = Clock.fixed(TestPki.NOW.plus(Duration.ofDays(3648)), ZoneOffset.UTC);
        Epoch epoch = TestPki.issuer(TestPki.AUTHORITY, late).issue(1, "name", Optional.empty());
        assertThat(epoch.notAfter())
                .isEqualTo(TestPki.AUTHORITY.certificate().getNotAfter().toInstant());
    }

    /** Making an RSA pair takes seconds: one serves the whole class. */
    private static KeyPairs oneRsaPairForAll() {
        return new KeyPairs() {
            @Override
            public KeyPair take() {
                return RSA_PAIR;
            }

            @Override
            public KeyAlgorithm algorithm() {
                return KeyAlgorithm.RSA_4096;
            }
        };
    }

    private static Stream<Identity> leaves(Epoch epoch) {
        return Stream.of(TestPki.serverOf(epoch), epoch.controller(), epoch.gateway());
    }

    private static byte[] authorityKeyIdentifier(Identity leaf) {
        return leaf.certificate().getExtensionValue(Extension.authorityKeyIdentifier.getId());
    }

    /** Positions of the bits that are set, as RFC 5280 numbers them: 0 digitalSignature, 2 keyEncipherment, 5 keyCertSign, 6 cRLSign. */
    private static List<Integer> usages(X509Certificate certificate) {
        boolean[] bits = certificate.getKeyUsage();
        return java.util.stream.IntStream.range(0, bits.length)
                .filter(i -> bits[i])
                .boxed()
                .toList();
    }
}
