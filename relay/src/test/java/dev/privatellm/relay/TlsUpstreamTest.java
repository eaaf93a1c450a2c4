// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
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
        return start(channel -> {});
    }

    /** @param first wires what stands ahead of TLS */
    private RelayServer start(Consumer<Channel> first) throws Exception {
        return start(first, () -> new ServerConnection(new Echo(), ServerLimits.DEFAULT));
    }

    private RelayServer start(Consumer<Channel> first, Supplier<ChannelHandler> last) throws Exception {
        SslContext tls = SslContextBuilder.forServer(server.keys().getPrivate(), server.certificate())
                .protocols("TLSv1.3")
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(client.certificate())
                .build();
        return RelayServer.wired(channel -> {
            first.accept(channel);
            channel.pipeline().addLast(tls.newHandler(channel.alloc()), last.get());
        });
    }

    /** Answers each request with the next of these lists of records of TLS, which travel together. */
    private static ChannelHandler answering(List<List<String>> answers) {
        Iterator<List<String>> next = answers.iterator();
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ReferenceCountUtil.release(message);
                for (String record : next.next()) {
                    Outbound.write(ctx, Unpooled.copiedBuffer(record, StandardCharsets.ISO_8859_1));
                    ctx.flush();
                }
            }
        };
    }

    /** Holds back what a client says first, until told what to do. */
    private static final class Threshold extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<Threshold> reached;
        private @Nullable ChannelHandlerContext context;
        private @Nullable Object said;

        Threshold(BlockingQueue<Threshold> reached) {
            this.reached = reached;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            context = ctx;
            said = message;
            reached.add(this);
        }

        private ChannelHandlerContext ctx() {
            return Objects.requireNonNull(context);
        }

        void pass() {
            ctx().executor().execute(() -> {
                ctx().fireChannelRead(Objects.requireNonNull(said));
                ctx().fireChannelReadComplete();
                ctx().pipeline().remove(this);
            });
        }

        void turnAway() {
            ctx().executor().execute(() -> {
                ReferenceCountUtil.release(said);
                Outbound.close(ctx());
            });
        }

        static Threshold next(BlockingQueue<Threshold> reached) throws InterruptedException {
            return Objects.requireNonNull(reached.poll(10, TimeUnit.SECONDS));
        }
    }

    private Http1Upstream upstream(RelayServer to, Identity trusted, Identity own, String name) throws Exception {
        return upstream(to, trusted, own, name, SslContext.defaultClientProvider());
    }

    private Http1Upstream upstream(RelayServer to, Identity trusted, Identity own, String name, SslProvider engine)
            throws Exception {
        SslContext tls = SslContextBuilder.forClient()
                .sslProvider(engine)
                .protocols("TLSv1.3")
                .keyManager(own.keys().getPrivate(), own.certificate())
                .trustManager(trusted.certificate())
                .build();
        return new Http1Upstream(UpstreamAddress.tls(to.address(), tls, name), DEADLINES, PoolLimits.DEFAULT);
    }

    private StreamEnd get(Upstream upstream) throws Exception {
        return open(upstream).awaitEnd();
    }

    /** Sends a request; it is on its way when this returns. */
    private Recorder open(Upstream upstream) throws Exception {
        Recorder recorder = new Recorder();
        loop.submit(() -> upstream.open(
                        loop, RequestHead.of("GET", "/", Headers.of("Host", NAME)), new BodyFraming.None(), recorder))
                .get(10, TimeUnit.SECONDS);
        return recorder;
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
    @DisplayName(
            "P15 a reader that pauses gets everything once it goes on, though no more comes and some of it is framing only")
    void aPausedReaderGetsTheRestWithoutAnotherByte() throws Exception {
        String large = "x".repeat(0x500);
        // The first one makes the connection read more at a time than the second one has.
        List<List<String>> answers = List.of(
                List.of("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "x".repeat(1_000_000)),
                List.of(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
                        "500\r\n",
                        large,
                        "\r\n0\r\n\r\n"));
        CompletableFuture<UpstreamStream> stream = new CompletableFuture<>();
        CompletableFuture<Void> paused = new CompletableFuture<>();
        Recorder recorder = new Recorder() {
            @Override
            public void body(ByteBuf slice) {
                super.body(slice);
                if (paused.complete(null)) {
                    stream.join().pause();
                }
            }
        };
        try (RelayServer machine = start(
                        channel -> channel.pipeline().addLast(new FlushConsolidationHandler()),
                        () -> answering(answers));
                Http1Upstream upstream = upstream(machine, server, client, NAME, SslProvider.JDK)) {
            assertThat(get(upstream)).isEqualTo(new StreamEnd.Clean());
            loop.execute(() -> stream.complete(upstream.open(
                    loop, RequestHead.of("GET", "/", Headers.of("Host", NAME)), new BodyFraming.None(), recorder)));
            paused.get(10, TimeUnit.SECONDS);
            assertThat(recorder.body()).isEqualTo("a");

            loop.execute(stream.join()::resume);

            assertThat(recorder.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            assertThat(recorder.body()).isEqualTo("a" + large);
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

    @Test
    @DisplayName("R4 a connection opened ahead serves the next request, however often it was asked for")
    void aConnectionOpenedAheadServesTheNextRequest() throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        try (RelayServer machine = start(channel -> accepted.incrementAndGet());
                Http1Upstream upstream = upstream(machine, server, client, NAME)) {
            upstream.prewarm(loop, _ -> {});
            upstream.prewarm(loop, _ -> {});
            await().until(() -> upstream.handshakes() == 1);
            upstream.prewarm(loop, _ -> {});
            assertThat(get(upstream)).isEqualTo(new StreamEnd.Clean());
            assertThat(accepted).hasValue(1);
        }
    }

    @Test
    @DisplayName("R4 a request takes over the connection that was opened ahead and is still agreeing on TLS")
    void aRequestTakesOverTheConnectionThatIsAgreeingOnTls() throws Exception {
        BlockingQueue<Threshold> reached = new LinkedBlockingQueue<>();
        try (RelayServer machine = start(channel -> channel.pipeline().addLast(new Threshold(reached)));
                Http1Upstream upstream = upstream(machine, server, client, NAME)) {
            upstream.prewarm(loop, _ -> {});
            Threshold ahead = Threshold.next(reached);
            Recorder taken = open(upstream);
            Recorder next = open(upstream);
            ahead.pass();
            assertThat(taken.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            Threshold.next(reached).pass();
            assertThat(next.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            assertThat(upstream.handshakes()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionOpenedAheadThatFailsCostsNobodyARequest() throws Exception {
        BlockingQueue<Threshold> reached = new LinkedBlockingQueue<>();
        try (RelayServer machine = start(channel -> channel.pipeline().addLast(new Threshold(reached)));
                Http1Upstream upstream = upstream(machine, server, client, NAME)) {
            upstream.prewarm(loop, _ -> {});
            Threshold ahead = Threshold.next(reached);
            Recorder taken = open(upstream);
            ahead.turnAway();
            Threshold.next(reached).pass();
            assertThat(taken.awaitEnd()).isEqualTo(new StreamEnd.Clean());
        }
    }

    @Test
    void aRequestThatTookOverTheConnectionToAnUntrustedPeerIsRefused() throws Exception {
        BlockingQueue<Threshold> reached = new LinkedBlockingQueue<>();
        try (RelayServer machine = start(channel -> channel.pipeline().addLast(new Threshold(reached)));
                Http1Upstream upstream = upstream(machine, client, client, NAME)) {
            upstream.prewarm(loop, _ -> {});
            Threshold ahead = Threshold.next(reached);
            Recorder taken = open(upstream);
            ahead.pass();
            assertRefused(taken.awaitEnd(), StreamEnd.Refusal.PEER_NOT_TRUSTED);
            assertThat(reached).isEmpty();
        }
    }
}
