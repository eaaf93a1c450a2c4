// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.channel.EventLoop;

/** A place that answers requests. */
public interface Upstream {
    /**
     * Sends a request. Never repeats one by itself.
     *
     * @param loop the loop on which stream and listener live, normally that of the downstream exchange; called from it
     * @param head without hop-by-hop and framing fields ({@link HeaderHygiene#endToEnd}); those are the relay's own
     * @param body how much body follows: none, a length, or chunked
     */
    UpstreamStream open(EventLoop loop, RequestHead head, BodyFraming body, UpstreamListener listener);
}
