// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may spend of our time and memory before it has asked for anything. */
@Execution(ExecutionMode.CONCURRENT)
class HeadDeadlineTest {
    private static final Duration HEAD = Duration.ofMillis(400);
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final ServerLimits SHORT =
            new ServerLimits(HeadLimits.DEFAULT, HEAD, IDLE, Duration.ofMinutes(2), 16 * 1024, Duration.ofMinutes(1));

    private static final String REQUEST = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"", REQUEST})
    void aHeadThatComesByteByByteHasOneDeadline(String before) throws Exception {
        try (RelayServer server = RelayServer.start(new Echo(), SHORT);
                RawClient client = RawClient.connect(server.address())) {
            if (!before.isEmpty()) {
                client.send(before).readUntil("GET /1 ");
            }
            client.send("GET / HTTP/1.1\r\nHost: h\r\nA: ");
            int pauses = 0;
            while (!client.hears(PAUSE) && pauses < 60) {
                client.send("a");
                pauses++;
            }
            assertThat(client.readAll()).startsWith("HTTP/1.1 408 ");
            assertThat(pauses).isBetween(5, 40);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n"})
    void aConnectionThatRestsHasADeadlineOfItsOwnAndEndsWithoutAWord(String stray) throws Exception {
        try (RelayServer server = RelayServer.start(new Echo(), SHORT);
                RawClient client = RawClient.connect(server.address())) {
            client.send(REQUEST).readUntil("GET /1 ");
            client.send(stray);
            assertThat(client.hears(HEAD.multipliedBy(3))).isFalse();
            client.send(REQUEST).readUntil("GET /1 ");
            assertThat(client.readAll()).isEmpty();
        }
    }

    /** A buffer as received is far larger than a byte; one for each byte would let a few connections take all memory. */
    @ParameterizedTest
    @ValueSource(strings = {"", REQUEST})
    void bytesThatComeOneByOneAreKeptTogether(String before) throws Exception {
        UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        ExchangeHandler busy = exchange -> new RequestListener() {
            @Override
            public void body(ByteBuf slice) {
                slice.release();
            }

            @Override
            public void end(Headers trailers) {}

            @Override
            public void writable() {}

            @Override
            public void left() {}
        };
        try (RelayServer server = RelayServer.wired(channel -> {
                    channel.config().setAllocator(memory);
                    channel.pipeline().addLast(new ServerConnection(busy, ServerLimits.DEFAULT));
                    accepted.complete(channel);
                });
                RawClient client = RawClient.connect(server.address())) {
            client.send(before + "GET / HTTP/1.1\r\nHost: h\r\nA: ");
            Channel channel = accepted.get(10, TimeUnit.SECONDS);
            for (int i = 0; i < 4_000; i++) {
                client.send("a");
                readBy(channel);
            }
            assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory())
                    .isLessThan(32 * 1024);
        }
    }

    /** A loop reads before it works off its tasks. */
    private static void readBy(Channel channel) throws Exception {
        channel.eventLoop().submit(() -> {}).get(10, TimeUnit.SECONDS);
    }
}
