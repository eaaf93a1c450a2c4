// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.fake.Dialogue;
import dev.privatellm.gateway.fake.GatewayFixture;
import dev.privatellm.gateway.fake.RawClient;
import dev.privatellm.gateway.fake.TestAuthority;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.upstream.Machines;
import dev.privatellm.relay.BodyFraming;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.ResponseHead;
import dev.privatellm.relay.StreamEnd;
import dev.privatellm.relay.Transport;
import dev.privatellm.relay.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections to a machine that can be reached and does not serve yet. */
class PrewarmTest {
    private final EventLoopGroup loops =
            Transport.best().newLoops(1, Thread.ofPlatform().daemon().factory());
    private final EventLoop loop = loops.next();
    private GatewayFixture fixture;
    private Machines machines;

    @BeforeEach
    void start() throws Exception {
        fixture = new GatewayFixture();
        fixture.machine.script((request, wire) -> Dialogue.OLLAMA_CHAT.play(wire));
        machines = new Machines(Limits.ordinary(), fixture.time::now);
    }

    @AfterEach
    void stop() throws Exception {
        machines.close();
        fixture.close();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    @Test
    @DisplayName("R4 the gateway shakes hands with a machine while its model loads, and asks it nothing")
    void theGatewayShakesHandsWhileTheModelLoads() throws Exception {
        try (RawClient client = fixture.connect()) {
            fixture.publish(fixture.asleep());
            client.post("/api/chat", Dialogue.OLLAMA_CHAT.request());
            fixture.awaitHeld(1);

            fixture.publish(loading(fixture.server.fingerprint()));

            await().until(() -> fixture.machine.handshakes() > 0);
            assertThat(fixture.machine.requests()).isEmpty();
            fixture.publish(fixture.serving());
            assertThat(client.response().body()).isEqualTo(Dialogue.OLLAMA_CHAT.answer());
        }
    }

    @Test
    @DisplayName("R4 one connection is opened ahead, however often it is asked for, and serves the first request")
    void oneConnectionIsOpenedAheadAndServesTheFirstRequest() throws Exception {
        Link link = loading(fixture.server.fingerprint());
        prewarm(link);
        prewarm(link);
        await().until(() -> machines.handshakes() == 1);
        prewarm(link);

        assertThat(ask()).isEqualTo(new StreamEnd.Clean());
        assertThat(machines.handshakes()).isEqualTo(1);
        assertThat(fixture.machine.handshakes()).isEqualTo(1);
    }

    @Test
    @DisplayName("P9 a connection opened ahead is pinned as any other, and its refusal harms nobody afterwards")
    void aConnectionOpenedAheadIsPinned() throws Exception {
        TestAuthority.Identity another = fixture.authority.issue(GatewayFixture.SERVER_NAME);
        prewarm(loading(another.fingerprint()));
        await().until(() -> machines.pinRejections() == 1);
        assertThat(machines.handshakes()).isZero();

        prewarm(loading(fixture.server.fingerprint()));
        assertThat(ask()).isEqualTo(new StreamEnd.Clean());
        assertThat(fixture.machine.requests()).hasSize(1);
    }

    @Test
    void aMachineThatDoesNotListenYetIsTriedAgainAndAgain() throws Exception {
        try (var nobody = nobody()) {
            prewarm(loading(accessTo(nobody)));
            for (int attempt = 0; attempt < 5; attempt++) {
                nobody.accept().close();
            }
        }
    }

    @Test
    void aMachineThatBootsNoMoreIsNotTriedAnyLonger() throws Exception {
        try (var nobody = nobody()) {
            Link.Access access = accessTo(nobody);
            prewarm(loading(access));
            try (var attempt = nobody.accept()) {
                assertThat(attempt.isConnected()).isTrue();
                prewarm(fixture.link(Accepts.HOLD, "Stopping", Optional.of(access), 1, Optional.of("run-1"), 4));
            }
            nobody.setSoTimeout(300);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(nobody::accept);
        }
    }

    @Test
    @DisplayName("P9 a machine with another pin is refused once while it boots, and not tried again on our own account")
    void aMachineThatIsNotOursIsNotTriedAgain() throws Exception {
        TestAuthority.Identity another = fixture.authority.issue(GatewayFixture.SERVER_NAME);
        prewarm(loading(another.fingerprint()));
        await().until(() -> machines.pinRejections() == 1);
        await().during(Duration.ofMillis(300)).until(() -> machines.pinRejections() == 1);
    }

    @Test
    void aMachineThatIsNotBootingIsLeftAlone() {
        Optional<Link.Access> access = Optional.of(fixture.access(fixture.server.fingerprint()));
        prewarm(fixture.link(Accepts.HOLD, "Draining", access, 1, Optional.of("run-1"), 4));
        prewarm(fixture.link(Accepts.REFUSE, "Stopped", access, 1, Optional.of("run-1"), 4));
        await().during(Duration.ofMillis(300)).until(() -> machines.handshakes() == 0);
    }

    /** A door that closes without a word, as long as nobody is behind it. */
    private static ServerSocket nobody() throws Exception {
        ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        door.setSoTimeout(10_000);
        return door;
    }

    private Link.Access accessTo(ServerSocket door) {
        Link.Access machine = fixture.access(fixture.server.fingerprint());
        return new Link.Access(
                URI.create("https://127.0.0.1:" + door.getLocalPort()),
                machine.serverName(),
                machine.pins(),
                machine.certificate(),
                machine.key(),
                machine.trustAnchors(),
                machine.inferToken(),
                machine.manageToken());
    }

    private void prewarm(Link link) {
        machines.update(List.of(link));
        machines.prewarm(link, List.of(loop));
    }

    private StreamEnd ask() throws Exception {
        CompletableFuture<StreamEnd> end = new CompletableFuture<>();
        loop.execute(() -> machines.machine(GatewayFixture.ROUTE)
                .orElseThrow()
                .open(
                        loop,
                        RequestHead.of("GET", "/api/version", Headers.of("Host", GatewayFixture.SERVER_NAME)),
                        new BodyFraming.None(),
                        new UpstreamListener() {
                            @Override
                            public void head(ResponseHead head) {}

                            @Override
                            public void body(ByteBuf slice) {
                                slice.release();
                            }

                            @Override
                            public void end(StreamEnd ended) {
                                end.complete(ended);
                            }
                        }));
        return end.get(20, TimeUnit.SECONDS);
    }

    /** The machine has an address and loads its model. */
    private Link loading(String pin) {
        return loading(fixture.access(pin));
    }

    private Link loading(Link.Access access) {
        Link booting = fixture.booting();
        return new Link(
                booting.id(),
                booting.uid(),
                1,
                Optional.of(access),
                booting.models(),
                booting.aliases(),
                booting.slots(),
                booting.contextLength(),
                booting.accepts(),
                booting.state(),
                booting.stage(),
                booting.percent(),
                booting.eta(),
                booting.bootDeadline(),
                booting.reason(),
                booting.message(),
                booting.retryAt(),
                booting.pricePerHour(),
                Optional.of("run-1"));
    }
}
