// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.schema.Answer;
import dev.privatellm.relay.Headers;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Sends whole answers of our own. */
public final class Responses {
    private Responses() {}

    /** Sends head, body and end. */
    public static void answer(Response response, Answer answer) {
        List<Headers.Field> fields = new ArrayList<>();
        answer.headers().forEach((name, value) -> fields.add(new Headers.Field(name, value)));
        fields.add(new Headers.Field("content-length", Integer.toString(answer.body().length)));
        response.head(answer.status(), Headers.of(fields));
        response.body(Unpooled.wrappedBuffer(answer.body()));
        response.end();
    }
}
