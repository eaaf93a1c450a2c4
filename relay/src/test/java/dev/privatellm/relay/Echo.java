// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Answers each request with what it was: start line, then body, then trailers. */
final class Echo implements ExchangeHandler {
    @Override
    public RequestListener begin(ServerExchange exchange) {
        ByteBuf answer = Unpooled.buffer();
        answer.writeCharSequence(
                exchange.head().method() + " " + exchange.head().target() + " ", StandardCharsets.ISO_8859_1);
        exchange.resume();
        return new RequestListener() {
            @Override
            public void body(ByteBuf slice) {
                answer.writeBytes(slice);
                slice.release();
            }

            @Override
            public void end(Headers trailers) {
                trailers.forEach(field -> answer.writeCharSequence(
                        " " + field.name() + "=" + field.value(), StandardCharsets.ISO_8859_1));
                exchange.answer(ResponseHead.of(200, Headers.of("Content-Type", "text/plain")), answer);
            }

            @Override
            public void writable() {}

            @Override
            public void left() {}
        };
    }
}
