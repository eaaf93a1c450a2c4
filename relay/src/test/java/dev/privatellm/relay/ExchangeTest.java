// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private static final long DEADLINE_SECONDS = 10;
    private static final Headers NONE = Headers.EMPTY;

    private final CountDownLatch left = new CountDownLatch(1);
    private final BlockingQueue<ServerExchange> begun = new LinkedBlockingQueue<>();

    /** Hands each exchange to the test, body unread. */
    private ExchangeHandler waiting() {
        return handler(begun::add, () -> {});
    }

    private ExchangeHandler handler(Consumer<ServerExchange> begin, Runnable writable) {
        return exchange -> {
            begin.accept(exchange);
            return new RequestListener() {
                @Override
                public void body(ByteBuf slice) {
                    slice.release();
                }

                @Override
                public void end(Headers trailers) {}

                @Override
                public void writable() {
                    writable.run();
                }

                @Override
                public void left() {
                    left.countDown();
                }
            };
        };
    }

    private ServerExchange next() throws InterruptedException {
        ServerExchange exchange = begun.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(exchange).isNotNull();
        return exchange;
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private void assertLeft() throws InterruptedException {
        assertThat(left.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClientThatLeavesIsNoticedWhileItsRequestIsPaused() throws Exception {
        try (RelayServer server = RelayServer.start(waiting())) {
            try (RawClient client = RawClient.connect(server.address())) {
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nfirst bytes");
                next();
            }
            assertLeft();
        }
    }

    @Test
    void aClientThatResetsIsNoticedWhileItsRequestIsPaused() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            next();
            client.reset();
            assertLeft();
        }
    }

    @Test
    void aClientThatLeavesBehindAPipelinedRequestIsNoticed() throws Exception {
        try (RelayServer server = RelayServer.start(waiting())) {
            try (RawClient client = RawClient.connect(server.address())) {
                client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
                next();
            }
            assertLeft();
            assertThat(begun).isEmpty();
        }
    }

    @Test
    void continueIsSentOnlyOnceTheBodyIsWanted() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(exchange::resume);
            assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("ok");
            exchange.eventLoop().execute(() -> exchange.answer(ResponseHead.of(200, NONE), text("!")));
            assertThat(client.readUntil("!")).contains("200 OK").doesNotContain("close");
        }
    }

    @Test
    void anAnswerWithoutContinueEndsTheConnection() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(() -> exchange.answer(ResponseHead.of(413, NONE), text("!")));
            assertThat(client.readAll())
                    .isEqualTo("HTTP/1.1 413 Content Too Large\r\nContent-Length: 1\r\nConnection: close\r\n\r\n!");
        }
    }

    @Test
    void anAnswerSurvivesARequestThatIsStillBeingSent() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(() -> exchange.answer(ResponseHead.of(413, NONE), text("too large")));
            byte[] body = new byte[3_000_000];
            client.send(body, 0, body.length).endSending();
            assertThat(client.readAll()).endsWith("too large");
        }
    }

    @Test
    void anAbortedBodyHasNoFinalChunk() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(() -> {
                exchange.respond(ResponseHead.of(200, NONE));
                exchange.write(text("part"));
                exchange.abort();
            });
            assertThat(client.readAll())
                    .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n");
        }
    }

    @Test
    void aBodyShorterThanPromisedEndsAsAborted() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(() -> {
                exchange.respond(ResponseHead.of(200, Headers.of("Content-Length", "10")));
                exchange.write(text("part"));
                exchange.end();
            });
            assertThat(client.readAll()).endsWith("\r\n\r\npart");
            assertThat(begun).isEmpty();
        }
    }

    @Test
    void whatIsWrittenInOneTurnIsOneChunk() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(() -> {
                exchange.respond(ResponseHead.of(200, NONE));
                exchange.write(text("one "));
                exchange.write(text("turn"));
            });
            assertThat(client.readUntil("turn\r\n")).endsWith("\r\n\r\n8\r\none turn\r\n");
            exchange.eventLoop().execute(exchange::end);
            assertThat(client.readUntil("0\r\n\r\n")).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void anHttp10ClientGetsABodyThatEndsWithTheConnection() throws Exception {
        try (RelayServer server = RelayServer.start(waiting());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            ServerExchange exchange = next();
            exchange.eventLoop().execute(() -> {
                exchange.respond(ResponseHead.of(200, NONE));
                exchange.write(text("all"));
                exchange.end();
            });
            assertThat(client.readAll()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall");
        }
    }

    @Test
    void anAnswerToHeadHasLengthAndNoBody() throws Exception {
        try (RelayServer server = RelayServer.start(new Echo());
                RawClient client = RawClient.connect(server.address())) {
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll())
                    .contains("Content-Length: 7\r\n\r\nHTTP/1.1 200 OK")
                    .endsWith("GET /2 ");
        }
    }

    @Test
    void aMalformedRequestIsAnsweredAndEndsTheConnection() throws Exception {
        try (RelayServer server = RelayServer.start(new Echo());
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost : h\r\n\r\n");
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .contains("Connection: close");
        }
    }

    @Test
    void aBodyWithBrokenFramingCountsAsLeaving() throws Exception {
        try (RelayServer server = RelayServer.start(handler(ServerExchange::resume, () -> {}));
                RawClient client = RawClient.connect(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
            assertLeft();
        }
    }

    @Test
    void aHundredStalledReadersDoNotStopAnother() throws Exception {
        AtomicLong unsent = new AtomicLong();
        ExchangeHandler endless = exchange -> {
            Runnable pump = () -> {
                while (exchange.isWritable()) {
                    exchange.write(Unpooled.wrappedBuffer(new byte[32 * 1024]));
                    unsent.addAndGet(32 * 1024);
                }
            };
            if (exchange.head().target().equals("/quick")) {
                exchange.answer(ResponseHead.of(200, NONE), text("quick answer"));
                return handler(ignored -> {}, () -> {}).begin(exchange);
            }
            exchange.respond(ResponseHead.of(200, NONE));
            pump.run();
            return handler(ignored -> {}, pump).begin(exchange);
        };
        List<RawClient> stalled = new ArrayList<>();
        try (RelayServer server = RelayServer.start(endless)) {
            for (int i = 0; i < 100; i++) {
                stalled.add(RawClient.connect(server.address()).send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n"));
            }
            for (RawClient client : stalled) {
                client.readUntil("\r\n\r\n");
            }
            try (RawClient client = RawClient.connect(server.address())) {
                client.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.readUntil("quick answer")).contains("200 OK");
            }
            assertThat(unsent.get()).isLessThan(100L * 4 * 1024 * 1024);
        } finally {
            stalled.forEach(RawClient::close);
        }
    }
}
