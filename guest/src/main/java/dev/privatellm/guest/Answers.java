// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;
import dev.privatellm.relay.ResponseHead;
import dev.privatellm.relay.ServerExchange;
import io.netty.buffer.Unpooled;
import java.util.Locale;

/** The answers that this machine gives by itself. */
final class Answers {
    /** Says that the engine was not reached: alone this header makes a repetition safe. Never passed on from the engine. */
    static final String NOT_FORWARDED = "x-pllm-not-forwarded";

    private Answers() {}

    static void json(ServerExchange exchange, int status, byte[] document) {
        exchange.answer(
                ResponseHead.of(status, Headers.of("Content-Type", "application/json")),
                Unpooled.wrappedBuffer(document));
    }

    static void text(ServerExchange exchange, String type, String text) {
        exchange.answer(
                ResponseHead.of(200, Headers.of("Content-Type", type)), Unpooled.wrappedBuffer(HttpCaller.utf8(text)));
    }

    static void nothing(ServerExchange exchange) {
        exchange.respond(ResponseHead.of(204, Headers.EMPTY));
        exchange.end();
    }

    static void refuse(ServerExchange exchange, int status, String reason) {
        Headers headers = Headers.of("Content-Type", "application/json");
        refuse(exchange, status, status == 401 ? headers.adding("WWW-Authenticate", "Bearer") : headers, reason);
    }

    static void notForwarded(ServerExchange exchange, Admission.NotForwarded why) {
        String word = why.name().toLowerCase(Locale.ROOT);
        refuse(
                exchange,
                503,
                Headers.of("Content-Type", "application/json", NOT_FORWARDED, word),
                "not forwarded: " + word);
    }

    private static void refuse(ServerExchange exchange, int status, Headers headers, String reason) {
        byte[] body = JsonText.object(json -> json.writeStringProperty("error", reason));
        exchange.answer(ResponseHead.of(status, headers), Unpooled.wrappedBuffer(body));
    }
}
