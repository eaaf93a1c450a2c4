// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatedTrustTest {
    private static final Instant BEGIN = Instant.parse("2031-05-01T00:00:00Z");
    private static final Instant END = BEGIN.plus(Duration.ofDays(7));

    private final KeyPair authorityKeys = keys();
    private final X509Certificate authority = issue("CN=authority", authorityKeys, KeyPurposeId.anyExtendedKeyUsage);

    DatedTrustTest() throws Exception {}

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private X509Certificate issue(String name, KeyPair subject, KeyPurposeId purpose) throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=authority"),
                BigInteger.TEN,
                Date.from(BEGIN),
                Date.from(END),
                new X500Name(name),
                subject.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(name.equals("CN=authority")));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate())));
    }

    private DatedTrust at(Instant moment) {
        return new DatedTrust(List.of(authority), InstantSource.fixed(moment));
    }

    @Test
    @DisplayName("S12 a client's certificate is judged by our clock, at either end of its days")
    void judgesClientsByOurClock() throws Exception {
        X509Certificate[] chain = {issue("CN=client", keys(), KeyPurposeId.id_kp_clientAuth)};

        assertThatCode(() -> at(BEGIN).checkClientTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
        assertThatCode(() -> at(END).checkClientTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
        assertThatThrownBy(() -> at(BEGIN.minusSeconds(1)).checkClientTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> at(END.plusSeconds(1)).checkClientTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void judgesServersByOurClock() throws Exception {
        X509Certificate[] chain = {issue("CN=server", keys(), KeyPurposeId.id_kp_serverAuth)};

        assertThatCode(() -> at(BEGIN).checkServerTrusted(chain, "UNKNOWN")).doesNotThrowAnyException();
        assertThatThrownBy(() -> at(END.plusSeconds(1)).checkServerTrusted(chain, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesWhatWasIssuedForAnotherUseOrBySomebodyElse() throws Exception {
        X509Certificate[] server = {issue("CN=server", keys(), KeyPurposeId.id_kp_serverAuth)};
        X509Certificate[] foreign = {new DatedTrustTest().issue("CN=client", keys(), KeyPurposeId.id_kp_clientAuth)};

        assertThatThrownBy(() -> at(BEGIN).checkClientTrusted(server, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> at(BEGIN).checkClientTrusted(foreign, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void trustsNobodyWithoutAnIssuer() {
        assertThat(at(BEGIN).getAcceptedIssuers()).containsExactly(authority);
        assertThatThrownBy(() -> new DatedTrust(List.of(), InstantSource.system()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
