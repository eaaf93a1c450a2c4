// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.relay.Headers;
import io.netty.buffer.ByteBuf;

/** Passes everything on to another response; to be extended by those who watch or change a part of it. */
public abstract class ForwardingResponse implements Response {
    private final Response next;

    protected ForwardingResponse(Response next) {
        this.next = next;
    }

    /** The response nearer to the client. */
    protected final Response next() {
        return next;
    }

    @Override
    public void head(int status, Headers headers) {
        next.head(status, headers);
    }

    @Override
    public void body(ByteBuf slice) {
        next.body(slice);
    }

    @Override
    public void end() {
        next.end();
    }

    @Override
    public void abort() {
        next.abort();
    }

    @Override
    public void fail(Failure failure) {
        next.fail(failure);
    }

    @Override
    public boolean isWritable() {
        return next.isWritable();
    }
}
