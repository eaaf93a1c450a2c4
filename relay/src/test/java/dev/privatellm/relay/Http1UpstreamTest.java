// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Http1UpstreamTest {
    private static final UpstreamDeadlines SHORT = new UpstreamDeadlines(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(300));

    private final EventLoop loop = RelayServer.LOOPS.next();

    private Http1Upstream upstream(InetSocketAddress address) {
        return new Http1Upstream(UpstreamAddress.plain(address), SHORT, PoolLimits.DEFAULT);
    }

    private Recorder get(Upstream upstream) {
        Recorder recorder = new Recorder();
        loop.execute(() -> upstream.open(
                loop, RequestHead.of("GET", "/", Headers.of("Host", "h")), new BodyFraming.None(), recorder));
        return recorder;
    }

    private Recorder post(Upstream upstream, String body) {
        Recorder recorder = new Recorder();
        loop.execute(() -> {
            UpstreamStream stream = upstream.open(
                    loop, RequestHead.of("POST", "/p", Headers.of("Host", "h")), new BodyFraming.Chunked(), recorder);
            stream.write(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1));
            stream.end(Headers.of("Tail", "t"));
        });
        return recorder;
    }

    @Test
    void carriesRequestBodyAndTrailersAndReusesTheConnection() throws Exception {
        try (RelayServer server = RelayServer.start(new Echo());
                Http1Upstream upstream = upstream(server.address())) {
            Recorder first = post(upstream, "hello");
            assertThat(first.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            assertThat(first.body()).isEqualTo("POST /p hello Tail=t");
            Recorder second = get(upstream);
            assertThat(second.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            assertThat(second.body()).isEqualTo("GET / ");
        }
    }

    @Test
    void reusesOneConnectionForManyRequests() throws Exception {
        try (RawServer server = RawServer.start(socket -> {
                    while (true) {
                        RawServer.readHead(socket);
                        RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                });
                Http1Upstream upstream = upstream(server.address())) {
            for (int i = 0; i < 100; i++) {
                assertThat(get(upstream).awaitEnd()).isEqualTo(new StreamEnd.Clean());
            }
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aRefusedConnectionIsCertainlyUnprocessed() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        assertThat(get(upstream(nobody)).awaitEnd())
                .isInstanceOfSatisfying(
                        StreamEnd.Refused.class,
                        end -> assertThat(end.refusal()).isEqualTo(StreamEnd.Refusal.CONNECT_REFUSED));
    }

    @Test
    void aConnectionThatEndsBeforeTheHeadIsAmbiguous() throws Exception {
        try (RawServer server = RawServer.start(RawServer::readHead)) {
            assertThat(get(upstream(server.address())).awaitEnd()).isInstanceOf(StreamEnd.Reset.class);
        }
    }

    @Test
    void silenceBeforeTheHeadIsAmbiguous() throws Exception {
        Semaphore over = new Semaphore(0);
        try (RawServer server = RawServer.start(socket -> over.acquireUninterruptibly())) {
            assertThat(get(upstream(server.address())).awaitEnd()).isInstanceOf(StreamEnd.Reset.class);
        } finally {
            over.release();
        }
    }

    @Test
    @DisplayName("R7 every cut of a body is told as truncated, never as a clean end")
    void everyCutOfABodyIsTruncated() throws Exception {
        String whole = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: v\r\n\r\n";
        int headEnd = whole.indexOf("\r\n\r\n") + 4;
        for (int cut = 0; cut <= whole.length(); cut++) {
            String part = whole.substring(0, cut);
            try (RawServer server = RawServer.start(socket -> {
                        RawServer.readHead(socket);
                        RawServer.send(socket, part);
                    });
                    Http1Upstream upstream = upstream(server.address())) {
                Class<?> expected = cut < headEnd
                        ? StreamEnd.Reset.class
                        : cut < whole.length() ? StreamEnd.Truncated.class : StreamEnd.Clean.class;
                Recorder recorder = get(upstream);
                assertThat(recorder.awaitEnd()).as("cut at %d", cut).isInstanceOf(expected);
                assertThat("hello").startsWith(recorder.body());
            }
        }
    }

    @Test
    void aBodyShorterThanItsLengthIsTruncated() throws Exception {
        try (RawServer server = RawServer.start(socket -> {
            RawServer.readHead(socket);
            RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        })) {
            Recorder recorder = get(upstream(server.address()));
            assertThat(recorder.awaitEnd()).isInstanceOf(StreamEnd.Truncated.class);
            assertThat(recorder.body()).isEqualTo("12345");
        }
    }

    @Test
    void informationalHeadsGoAheadOfTheAnswer() throws Exception {
        try (RawServer server = RawServer.start(socket -> {
            RawServer.readHead(socket);
            RawServer.send(
                    socket,
                    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        })) {
            Recorder recorder = get(upstream(server.address()));
            assertThat(recorder.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            assertThat(recorder.informational).extracting(ResponseHead::status).containsExactly(103);
            assertThat(recorder.awaitHead().status()).isEqualTo(200);
        }
    }

    @Test
    void anEarlyAnswerEndsTheStreamAndItsConnection() throws Exception {
        Semaphore over = new Semaphore(0);
        try (RawServer server = RawServer.start(socket -> {
                    RawServer.readHead(socket);
                    RawServer.send(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge");
                    over.acquireUninterruptibly();
                });
                Http1Upstream upstream = upstream(server.address())) {
            for (int i = 1; i <= 2; i++) {
                Recorder recorder = new Recorder();
                loop.execute(() -> upstream.open(
                                loop,
                                RequestHead.of("POST", "/", Headers.of("Host", "h")),
                                new BodyFraming.Length(100),
                                recorder)
                        .write(Unpooled.copiedBuffer("part", StandardCharsets.ISO_8859_1)));
                assertThat(recorder.awaitEnd()).isEqualTo(new StreamEnd.Clean());
                assertThat(recorder.awaitHead().status()).isEqualTo(413);
                assertThat(recorder.body()).isEqualTo("large");
                assertThat(server.accepted()).isEqualTo(i);
            }
        } finally {
            over.release(2);
        }
    }

    @Test
    void theConnectionOfAStreamThatWasGivenUpIsNotUsedAgain() throws Exception {
        try (RawServer server = RawServer.start(socket -> {
                    while (true) {
                        RawServer.readHead(socket);
                        RawServer.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
                        RawServer.readHead(socket);
                    }
                });
                Http1Upstream upstream = upstream(server.address())) {
            for (int i = 1; i <= 2; i++) {
                Recorder recorder = new Recorder();
                CompletableFuture<UpstreamStream> stream = new CompletableFuture<>();
                loop.execute(() -> stream.complete(upstream.open(
                        loop, RequestHead.of("GET", "/", Headers.of("Host", "h")), new BodyFraming.None(), recorder)));
                recorder.awaitHead();
                UpstreamStream given = stream.get();
                loop.submit(given::cancel).get();
                assertThat(recorder.end).isNotDone();
                assertThat(server.accepted()).isEqualTo(i);
            }
        }
    }

    @Test
    void aRequestThatIsStillBeingSentHasNoDeadlineForItsAnswer() throws Exception {
        Duration firstByte = Duration.ofSeconds(1);
        UpstreamDeadlines deadlines = new UpstreamDeadlines(firstByte, firstByte, firstByte, firstByte);
        try (RelayServer server = RelayServer.start(new Echo());
                Http1Upstream upstream =
                        new Http1Upstream(UpstreamAddress.plain(server.address()), deadlines, PoolLimits.DEFAULT)) {
            Recorder recorder = new Recorder();
            CompletableFuture<UpstreamStream> stream = new CompletableFuture<>();
            loop.execute(() -> stream.complete(upstream.open(
                    loop, RequestHead.of("POST", "/", Headers.of("Host", "h")), new BodyFraming.Length(8), recorder)));
            UpstreamStream to = stream.get();
            for (int i = 1; i <= 8; i++) {
                loop.schedule(() -> to.write(Unpooled.wrappedBuffer(new byte[] {'x'})), 250, TimeUnit.MILLISECONDS)
                        .get();
            }
            loop.execute(to::end);
            assertThat(recorder.awaitEnd()).isEqualTo(new StreamEnd.Clean());
            assertThat(recorder.body()).endsWith(" xxxxxxxx");
        }
    }

    @Test
    void aHeadThatComesByteByByteHasOneDeadline() throws Exception {
        try (RawServer server = RawServer.start(socket -> {
                    RawServer.readHead(socket);
                    RawServer.send(socket, "HTTP/1.1 200 OK\r\nA: ");
                    socket.setSoTimeout(50);
                    for (int i = 0; i < 60 && !RawServer.isClosed(socket); i++) {
                        RawServer.send(socket, "a");
                    }
                });
                Http1Upstream upstream = upstream(server.address())) {
            assertThat(get(upstream).awaitEnd())
                    .isInstanceOfSatisfying(
                            StreamEnd.Reset.class,
                            end -> assertThat(end.reason()).contains("no answer within"));
        }
    }
}
