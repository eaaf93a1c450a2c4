// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestListener;
import dev.privatellm.relay.ServerExchange;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/** Reads the JSON body of a call of our own API, which is small. */
final class SmallBody implements RequestListener {
    /** Largest body of our own API; beyond it 413. */
    static final int MAX_BYTES = 16 * 1024;

    /** For exchanges that were answered without a look at their body. */
    static final RequestListener IGNORED = new RequestListener() {
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

    /** Does what the call asks. */
    interface Action {
        void run(JsonObject body) throws InvalidDocument;
    }

    private final ServerExchange exchange;
    private final String name;
    private final Action action;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    private SmallBody(ServerExchange exchange, String name, Action action) {
        this.exchange = exchange;
        this.name = name;
        this.action = action;
    }

    static RequestListener read(ServerExchange exchange, String name, Action action) {
        exchange.resume();
        return new SmallBody(exchange, name, action);
    }

    @Override
    public void body(ByteBuf slice) {
        byte[] bytes = new byte[slice.readableBytes()];
        slice.readBytes(bytes).release();
        if (text.size() + bytes.length > MAX_BYTES) {
            Answers.refuse(exchange, 413, "body larger than " + MAX_BYTES + " bytes");
        } else {
            text.writeBytes(bytes);
        }
    }

    @Override
    public void end(Headers trailers) {
        try {
            action.run(JsonObject.parse(name, text.toByteArray()));
        } catch (InvalidDocument e) {
            Answers.refuse(exchange, 400, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void writable() {}

    @Override
    public void left() {}
}
