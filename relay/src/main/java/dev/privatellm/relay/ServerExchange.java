// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;

/**
 * One request and its response on a downstream connection, as seen by whoever answers it. Everything here is called on {@link #eventLoop()} only.
 *
 * <p>The request body arrives after {@link #resume()}; until then it is not read beyond a small read-ahead, so that a client that leaves is noticed and one that floods is not
 * buffered. An expected {@code 100 (Continue)} is sent by the first {@code resume()} unless the response has begun.
 *
 * <p>The response is {@link #respond}, any number of {@link #write}, then {@link #end} or {@link #abort}. Written bytes leave at the end of the event loop's turn, together: there is
 * no flush to forget and none too many. The framing is the relay's own: a {@code Content-Length} of the head is kept and enforced, otherwise the body is chunked (or, for an HTTP/1.0
 * client, ended by closing). {@code Connection} and {@code Transfer-Encoding} of the head are replaced.
 *
 * <p>After {@code end}, {@code abort} or {@link RequestListener#left()} every call is ignored, and buffers handed in are released.
 */
public interface ServerExchange {
    RequestHead head();

    /** How the request's body is delimited; its end is told by {@link RequestListener#end}. */
    BodyFraming requestFraming();

    EventLoop eventLoop();

    SocketAddress remoteAddress();

    /** Lets the request body flow, from now on or again. */
    void resume();

    /** Stops the request body after what was already handed out. */
    void pause();

    /** Sends an informational head (1xx other than 101) ahead of the response; ignored towards HTTP/1.0 clients. */
    void inform(ResponseHead head);

    /**
     * Sends the response's head.
     *
     * @throws IllegalStateException if it was sent before
     */
    void respond(ResponseHead head);

    /**
     * Sends body bytes. Takes over the buffer. For a response that has no body (HEAD, 204, 304) they are dropped.
     *
     * @throws IllegalStateException before {@link #respond}, or beyond the promised {@code Content-Length}; the buffer is released
     */
    void write(ByteBuf body);

    /** Whether the client keeps up. When false, stop writing until {@link RequestListener#writable()}; bytes written nevertheless are kept, not lost. */
    boolean isWritable();

    /** Whether {@link #respond} was called. */
    boolean isResponding();

    /** Ends the response. Fewer bytes than promised count as {@link #abort}. Trailers travel only in a chunked body. */
    void end(Headers trailers);

    /** Ends the response. */
    default void end() {
        end(Headers.EMPTY);
    }

    /** A complete small response: head with {@code Content-Length}, body, end. Takes over the buffer. The connection is kept. */
    default void answer(ResponseHead head, ByteBuf body) {
        respond(head.withHeaders(head.headers().with("Content-Length", Integer.toString(body.readableBytes()))));
        write(body);
        end();
    }

    /**
     * Ends the connection so that no client can take the response for complete: what was written still leaves, the final chunk does not. Without a head sent, the client sees the
     * connection closed.
     */
    void abort();

    /** Announces {@code Connection: close} with a response not yet begun, and closes after it in any case. */
    void closeAfter();
}
