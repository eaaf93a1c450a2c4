// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ahead of another HTTP server in one pipeline: each exchange goes to its own, in order, on one connection. */
class PassThroughTest {
    private static final String REQUESTS =
            "POST /theirs/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
                    + "POST /ours/2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\ncd"
                    + "POST /theirs/3 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nef"
                    + "GET /ours/4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    private static RelayServer server(boolean autoRead) {
        return RelayServer.wired(channel -> {
            channel.config().setAutoRead(autoRead);
            ExchangeHandler ours = new ExchangeHandler() {
                private final Echo echo = new Echo();

                @Override
                public boolean takes(RequestHead head) {
                    return head.path().startsWith("/ours/");
                }

                @Override
                public RequestListener begin(ServerExchange exchange) {
                    return echo.begin(exchange);
                }
            };
            channel.pipeline()
                    .addLast(
                            new ServerConnection(ours, ServerLimits.DEFAULT),
                            new HttpServerCodec(),
                            new HttpObjectAggregator(1024),
                            new Theirs());
        });
    }

    /** Another server's handler; where the channel does not read by itself, it asks for each message. */
    private static final class Theirs extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the test sees what arrives
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            String text = "theirs " + request.uri() + " " + request.content().toString(StandardCharsets.ISO_8859_1);
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
            response.headers().set("Content-Length", response.content().readableBytes());
            ctx.writeAndFlush(response, ctx.voidPromise());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pipelinedExchangesGoEachToItsOwnServer(boolean autoRead) throws Exception {
        try (RelayServer server = server(autoRead)) {
            byte[] bytes = REQUESTS.getBytes(StandardCharsets.ISO_8859_1);
            for (int cut = 0; cut <= bytes.length; cut += 3) {
                try (RawClient client = RawClient.connect(server.address())) {
                    client.send(bytes, 0, cut).send(bytes, cut, bytes.length);
                    assertThat(client.readAll().replaceAll("(?m)^(HTTP|[Cc]ontent|[Cc]onnection).*\r\n|^\r\n", ""))
                            .as("cut at %d", cut)
                            .containsSubsequence(
                                    "theirs /theirs/1 ab", "POST /ours/2 cd", "theirs /theirs/3 ef", "GET /ours/4 ");
                }
            }
        }
    }

    @Test
    void aForeignProtocolPassesForEver() throws Exception {
        try (RelayServer server = RelayServer.wired(channel -> channel.pipeline()
                        .addLast(
                                new ServerConnection(
                                        new ExchangeHandler() {
                                            @Override
                                            public boolean takes(RequestHead head) {
                                                return false;
                                            }

                                            @Override
                                            public RequestListener begin(ServerExchange exchange) {
                                                throw new AssertionError("not ours");
                                            }
                                        },
                                        ServerLimits.DEFAULT),
                                new Switching()));
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101");
            client.send("no http at all\n");
            assertThat(client.readUntil("\n")).isEqualTo("no http at all\n");
        }
    }

    /** Agrees to anything, then echoes. */
    private static final class Switching extends SimpleChannelInboundHandler<ByteBuf> {
        private boolean switched;

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // the test sees what arrives
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            ctx.writeAndFlush(
                    switched
                            ? bytes.retain()
                            : Unpooled.copiedBuffer("HTTP/1.1 101 Switching\r\n\r\n", StandardCharsets.ISO_8859_1),
                    ctx.voidPromise());
            switched = true;
        }
    }
}
