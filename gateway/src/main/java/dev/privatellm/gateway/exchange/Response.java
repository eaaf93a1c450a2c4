// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.relay.Headers;
import io.netty.buffer.ByteBuf;

/**
 * The way back to the client: a head, body slices, and an end; or a failure instead of, or after, any part of them. A filter that has to see or change the
 * answer passes a response of its own to the next one. Called on the exchange's event loop; after an end every call is ignored and slices are released.
 */
public interface Response {
    /** The final head, once, with end-to-end fields only. */
    void head(int status, Headers headers);

    /** Body bytes. Takes over the slice. */
    void body(ByteBuf slice);

    /** The answer is complete. */
    void end();

    /** The answer breaks off, so that no client can take it for complete. */
    void abort();

    /** The call failed: told in the caller's dialect, as a whole answer if nothing was sent yet, else within what was begun. Ends the response. */
    void fail(Failure failure);

    /** Whether the client keeps up. When false, slow down until {@link Exchange#onWritable} calls; what is sent nevertheless is kept. */
    boolean isWritable();
}
