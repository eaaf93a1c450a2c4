// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;

/** One request on its way to an {@link Upstream}, the same whatever protocol carries it. Called on its event loop only. After its end every call is ignored and buffers are released. */
public interface UpstreamStream {
    /**
     * Sends request body bytes. Takes over the buffer. May be called before a connection stands; the bytes wait, so respect {@link #isWritable()} for anything not in memory already.
     *
     * @throws IllegalStateException beyond the announced length; the buffer is released
     */
    void write(ByteBuf body);

    /** Ends the request. Needed for every body framing but none. */
    void end(Headers trailers);

    /** Ends the request. */
    default void end() {
        end(Headers.EMPTY);
    }

    /** Whether the upstream keeps up; false until connected. {@link UpstreamListener#writable()} tells of the change. */
    boolean isWritable();

    /** Stops the response after what was already handed out. While paused no idle deadline runs. */
    void pause();

    /** Lets the response flow again. */
    void resume();

    /** Gives the request up at once and tells the upstream by closing. No event follows, {@link UpstreamListener#end} neither. */
    void cancel();
}
