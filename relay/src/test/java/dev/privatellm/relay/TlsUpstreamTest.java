// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.Semaphore;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TlsUpstreamTest {
    private static final String NAME = "machine.test";
    private static final UpstreamDeadlines DEADLINES = new UpstreamDeadlines(
            Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(5));

    private record Identity(X509Certificate certificate, KeyPair keys) {
        static Identity selfSigned(String name)
                throws GeneralSecurityException, IOException, OperatorCreationException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair keys = generator.generateKeyPair();
            X500Name subject = new X500Name("CN=" + name);
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    subject,
                    BigInteger.TEN,
                    Date.from(now.minusSeconds(600)),
                    Date.from(now.plusSeconds(600)),
                    subject,
                    keys.getPublic());
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            return new Identity(
                    new JcaX509CertificateConverter()
                            .getCertificate(builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))),
                    keys);
        }
    }

    private final EventLoop loop = RelayServer.LOOPS.next();
    private final Identity server = Identity.selfSigned(NAME);
    private final Identity client = Identity.selfSigned("client");

    TlsUpstreamTest() throws Exception {}

    private RelayServer start() throws Exception {
        SslContext tls = SslContextBuilder.forServer(server.keys().getPrivate(), server.certificate())
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(client.certificate())
                .build();
        return RelayServer.wired(channel -> channel.pipeline()
                .addLast(tls.newHandler(channel.alloc()), new ServerConnection(new Echo(), ServerLimits.DEFAULT)));
    }

    private Http1Upstream upstream(RelayServer to, Identity trusted, Identity own, String name) throws Exception {
        SslContext tls = SslContextBuilder.forClient()
                .protocols("TLSv1.3")
                .keyManager(own.keys().getPrivate(), own.certificate())
                .trustManager(trusted.certificate())
                .build();
        return new Http1Upstream(UpstreamAddress.tls(to.address(), tls, name), DEADLINES, PoolLimits.DEFAULT);
    }

    private StreamEnd get(Upstream upstream) throws Exception {
        Recorder recorder = new Recorder();
        loop.execute(() -> upstream.open(
                loop, RequestHead.of("GET", "/", Headers.of("Host", NAME)), new BodyFraming.None(), recorder));
        return recorder.awaitEnd();
    }

    private static void assertRefused(StreamEnd end, StreamEnd.Refusal refusal) {
        assertThat(end)
                .isInstanceOfSatisfying(
                        StreamEnd.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    @Test
    @DisplayName("R4 a thousand sequential requests make one handshake")
    void aThousandRequestsMakeOneHandshake() throws Exception {
        try (RelayServer machine = start();
                Http1Upstream upstream = upstream(machine, server, client, NAME)) {
            for (int i = 0; i < 1000; i++) {
                assertThat(get(upstream)).isEqualTo(new StreamEnd.Clean());
            }
            assertThat(upstream.handshakes()).isEqualTo(1);
        }
    }

    @Test
    void aPeerThatIsNotTrustedIsRefusedBeforeAByteIsSent() throws Exception {
        try (RelayServer machine = start();
                Http1Upstream upstream = upstream(machine, client, client, NAME)) {
            assertRefused(get(upstream), StreamEnd.Refusal.PEER_NOT_TRUSTED);
        }
    }

    @Test
    void aPeerOfAnotherNameIsRefused() throws Exception {
        try (RelayServer machine = start();
                Http1Upstream upstream = upstream(machine, server, client, "other.test")) {
            assertRefused(get(upstream), StreamEnd.Refusal.PEER_NOT_TRUSTED);
        }
    }

    @Test
    void aPeerThatDoesNotShakeHandsIsGivenUp() throws Exception {
        Semaphore over = new Semaphore(0);
        try (RawServer silent = RawServer.start(socket -> over.acquireUninterruptibly())) {
            SslContext tls = SslContextBuilder.forClient()
                    .trustManager(server.certificate())
                    .build();
            Http1Upstream upstream =
                    new Http1Upstream(UpstreamAddress.tls(silent.address(), tls, NAME), DEADLINES, PoolLimits.DEFAULT);
            assertRefused(get(upstream), StreamEnd.Refusal.HANDSHAKE_TIMEOUT);
        } finally {
            over.release();
        }
    }

    @Test
    void aPeerThatEndsTheHandshakeHasRefusedUs() throws Exception {
        try (RawServer rude = RawServer.start(socket -> socket.getInputStream().read())) {
            SslContext tls = SslContextBuilder.forClient()
                    .trustManager(server.certificate())
                    .build();
            Http1Upstream upstream =
                    new Http1Upstream(UpstreamAddress.tls(rude.address(), tls, NAME), DEADLINES, PoolLimits.DEFAULT);
            assertRefused(get(upstream), StreamEnd.Refusal.HANDSHAKE_REFUSED);
        }
    }

    @Test
    void aPeerThatDoesNotTrustUsNeverLooksLikeAnAnswer() throws Exception {
        try (RelayServer machine = start();
                Http1Upstream upstream = upstream(machine, server, server, NAME)) {
            assertThat(get(upstream)).isInstanceOfAny(StreamEnd.Refused.class, StreamEnd.Reset.class);
        }
    }
}
