// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take little or nothing of what they asked for. */
@Execution(ExecutionMode.CONCURRENT)
class StalledClientTest {
    private static final Duration STALL = Duration.ofSeconds(1);
    private static final ServerLimits SHORT = new ServerLimits(
            HeadLimits.DEFAULT, Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(1), 16 * 1024, STALL);

    private final CountDownLatch left = new CountDownLatch(1);

    private RequestListener listener(Runnable writable) {
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
    }

    @Test
    void aClientThatStopsReadingIsCutAndHasLeft() throws Exception {
        ExchangeHandler endless = exchange -> {
            Runnable pump = () -> {
                while (exchange.isWritable()) {
                    exchange.write(Unpooled.wrappedBuffer(new byte[32 * 1024]));
                }
            };
            exchange.respond(ResponseHead.of(200, Headers.EMPTY));
            pump.run();
            return listener(pump);
        };
        try (RelayServer server = RelayServer.start(endless, SHORT);
                RawClient client = RawClient.connect(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readUntil("\r\n\r\n");
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** So slow that the socket, whose buffer is large, takes nothing for longer than a stall may last, although bytes leave it all the time. */
    @ParameterizedTest
    @ValueSource(strings = {"keep-alive", "close"})
    void aSlowReaderGetsAllHoweverLongItTakes(String connection) throws Exception {
        int size = 1_200_000;
        ExchangeHandler large = exchange -> {
            exchange.answer(ResponseHead.of(200, Headers.EMPTY), Unpooled.wrappedBuffer(new byte[size]));
            return listener(() -> {});
        };
        try (RelayServer server = RelayServer.wired(channel -> {
                    channel.config().setOption(ChannelOption.SO_SNDBUF, 256 * 1024);
                    channel.pipeline().addLast(new ServerConnection(large, SHORT));
                });
                RawClient client = RawClient.connect(server.address());
                ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: " + connection + "\r\n\r\n")
                    .readUntil("\r\n\r\n");
            CompletableFuture<Integer> read = new CompletableFuture<>();
            int[] sum = {0};
            Future<?> reading = pace.scheduleAtFixedRate(
                    () -> {
                        try {
                            int now = client.readUpTo(32 * 1024);
                            sum[0] += Math.max(0, now);
                            if (now < 0 || sum[0] == size) {
                                read.complete(sum[0]);
                            }
                        } catch (Exception e) {
                            read.completeExceptionally(new AssertionError("after " + sum[0] + " bytes", e));
                        }
                    },
                    0,
                    150,
                    TimeUnit.MILLISECONDS);
            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(size);
            reading.cancel(true);
        }
    }
}
