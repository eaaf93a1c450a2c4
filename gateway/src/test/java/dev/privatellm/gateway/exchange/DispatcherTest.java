// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.fake.VirtualTimepiece;
import dev.privatellm.gateway.schema.Answer;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.relay.ServerConnection;
import dev.privatellm.relay.ServerLimits;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What an exchange has taken is given back, however it ends. */
class DispatcherTest {
    private final List<String> log = new ArrayList<>();

    @Test
    void whatWasTakenIsGivenBackOnceHoweverTheResponseEnds() {
        List<BiConsumer<Exchange, Response>> ends = List.of(
                (exchange, response) -> Responses.answer(response, new Answer(200, Map.of(), new byte[1])),
                (exchange, response) -> response.abort(),
                (exchange, response) -> response.fail(Failure.of(Reason.STALLED, "no")),
                (exchange, response) -> {
                    throw new IllegalStateException("a fault");
                });
        for (BiConsumer<Exchange, Response> end : ends) {
            log.clear();
            Dispatcher dispatcher = dispatcher((exchange, response) -> {
                exchange.onOver(() -> log.add("given back"));
                end.accept(exchange, response);
            });
            ask(dispatcher).finishAndReleaseAll();

            assertThat(log).containsExactly("given back");
            assertThat(dispatcher.running()).isZero();
        }
    }

    @Test
    void aClientThatLeavesIsNotKeptByOneWhoFailsToGiveBack() {
        Dispatcher dispatcher = dispatcher((exchange, response) -> {
            exchange.onLeft(() -> log.add("left"));
            exchange.onOver(() -> log.add("given back"));
            exchange.onOver(() -> {
                throw new IllegalStateException("a fault");
            });
        });

        ask(dispatcher).finishAndReleaseAll();

        assertThat(log).containsExactly("given back", "left");
        assertThat(dispatcher.running()).isZero();
    }

    @Test
    void anExchangeWhoseFailureCannotBeToldEndsNevertheless() {
        Dispatcher dispatcher = dispatcher((exchange, response) -> {
            exchange.onOver(() -> log.add("given back"));
            Response broken = new ForwardingResponse(response) {
                @Override
                public void fail(Failure failure) {
                    throw new IllegalStateException("another fault");
                }
            };
            exchange.guarded(broken, () -> {
                throw new IllegalStateException("a fault");
            });
        });

        EmbeddedChannel channel = ask(dispatcher);

        assertThat(log).containsExactly("given back");
        assertThat(dispatcher.running()).isZero();
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    private static Dispatcher dispatcher(BiConsumer<Exchange, Response> only) {
        Filter filter = (exchange, response, next) -> only.accept(exchange, response);
        return new Dispatcher(new Chain(List.of(filter)), new VirtualTimepiece(), () -> "id");
    }

    private static EmbeddedChannel ask(Dispatcher dispatcher) {
        EmbeddedChannel channel = new EmbeddedChannel(new ServerConnection(dispatcher, ServerLimits.DEFAULT));
        channel.writeInbound(
                Unpooled.copiedBuffer("GET /api/tags HTTP/1.1\r\nHost: localhost\r\n\r\n", StandardCharsets.US_ASCII));
        channel.runPendingTasks();
        return channel;
    }
}
