// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Which end of an upstream connection leaves a request certainly unprocessed. The loop is held while both of its sockets become readable, the client's first, so that the two meet in
 * one turn in that order.
 */
class SafeRepeatTest {
    private static final long DEADLINE_SECONDS = 10;
    private static final UpstreamDeadlines DEADLINES = new UpstreamDeadlines(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(8), Duration.ofSeconds(8));

    /** Sends each exchange on, and hands its outcome to the test. */
    private static final class Proxy implements ExchangeHandler {
        private final Upstream upstream;
        private final BlockingQueue<Recorder> begun = new LinkedBlockingQueue<>();
        private volatile EventLoop loop;

        Proxy(Upstream upstream) {
            this.upstream = upstream;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the client sees whether it was answered
        public RequestListener begin(ServerExchange exchange) {
            Recorder recorder = new Recorder();
            recorder.end.thenRun(() -> {
                exchange.respond(ResponseHead.of(200, Headers.of("Content-Length", "0")));
                exchange.end();
            });
            loop = exchange.eventLoop();
            UpstreamStream stream = upstream.open(loop, exchange.head(), exchange.requestFraming(), recorder);
            exchange.resume();
            begun.add(recorder);
            return new RequestListener() {
                @Override
                public void body(ByteBuf slice) {
                    stream.write(slice);
                }

                @Override
                public void end(Headers trailers) {
                    stream.end(trailers);
                }

                @Override
                public void writable() {}

                @Override
                public void left() {}
            };
        }

        Recorder next() throws InterruptedException {
            Recorder recorder = begun.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(recorder).isNotNull();
            return recorder;
        }

        /** Holds the loop; the result lets it go on. */
        Runnable hold() throws InterruptedException {
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch released = new CountDownLatch(1);
            loop.execute(() -> {
                held.countDown();
                await(released);
            });
            assertThat(held.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return released::countDown;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Http1Upstream upstream(InetSocketAddress address) {
        return new Http1Upstream(UpstreamAddress.plain(address), DEADLINES, PoolLimits.DEFAULT);
    }

    @Test
    @DisplayName(
            "R8 a request of which a part was handed over stays ambiguous when more of it meets the connection's end")
    void whatWasHandedOverIsNotForgotten() throws Exception {
        CountDownLatch partRead = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (RawServer server = RawServer.start(socket -> {
                    RawServer.readHead(socket);
                    socket.getInputStream().readNBytes("4\r\npart\r\n".length());
                    partRead.countDown();
                    await(end);
                    socket.close();
                    ended.countDown();
                });
                Http1Upstream upstream = upstream(server.address())) {
            Proxy proxy = new Proxy(upstream);
            try (RelayServer front = RelayServer.start(proxy);
                    RawClient client = RawClient.connect(front.address())) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n");
                Recorder recorder = proxy.next();
                await(partRead);
                Runnable goOn = proxy.hold();
                client.send("4\r\nmore\r\n");
                end.countDown();
                await(ended);
                goOn.run();
                assertThat(recorder.awaitEnd()).isInstanceOf(StreamEnd.Reset.class);
            }
        }
    }

    /** The end of a request that met, on a kept connection, just what an upstream said unasked before it closed. */
    private static StreamEnd meeting(String unasked) throws Exception {
        for (int i = 0; i < 50; i++) {
            Optional<StreamEnd> end = tryMeeting(unasked);
            if (end.isPresent()) {
                return end.get();
            }
        }
        throw new AssertionError("the system never told of the two sockets in the order in which they became readable");
    }

    /** Empty if the connection's end was told of before the request, which then went out on another one. */
    private static Optional<StreamEnd> tryMeeting(String unasked) throws Exception {
        Semaphore close = new Semaphore(0);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = RawServer.start(socket -> {
                    RawServer.readHead(socket);
                    RawServer.send(socket, "HTTP/1.1 204 No Content\r\n\r\n");
                    close.acquireUninterruptibly();
                    RawServer.send(socket, unasked);
                    socket.close();
                    closed.countDown();
                });
                Http1Upstream upstream = upstream(server.address())) {
            Proxy proxy = new Proxy(upstream);
            try (RelayServer front = RelayServer.start(proxy);
                    RawClient client = RawClient.connect(front.address())) {
                client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("\r\n\r\n");
                assertThat(proxy.next().awaitEnd()).isEqualTo(new StreamEnd.Clean());
                Runnable goOn = proxy.hold();
                client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
                close.release(2);
                await(closed);
                goOn.run();
                StreamEnd end = proxy.next().awaitEnd();
                return server.accepted() == 1 ? Optional.of(end) : Optional.empty();
            }
        }
    }

    @Test
    @DisplayName(
            "R8 a kept connection that ends before a byte of the next request is handed over leaves it certainly unprocessed")
    void aKeptConnectionThatEndsJustBeforeTheNextRequest() throws Exception {
        assertThat(meeting(""))
                .isInstanceOfSatisfying(
                        StreamEnd.Refused.class,
                        end -> assertThat(end.refusal()).isEqualTo(StreamEnd.Refusal.CONNECTION_GONE));
    }

    @Test
    @DisplayName("R8 what a kept connection says before a byte of the next request is handed over is no answer to it")
    void nothingAnswersARequestThatWasNotSent() throws Exception {
        assertThat(meeting("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
                .isInstanceOfSatisfying(
                        StreamEnd.Refused.class,
                        end -> assertThat(end.refusal()).isEqualTo(StreamEnd.Refusal.CONNECTION_GONE));
    }
}
