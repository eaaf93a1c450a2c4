// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.relay.Http1Upstream;
import dev.privatellm.relay.StreamEnd;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Connections to one machine ahead of need, for as long as it boots. Nobody says when its software begins to listen, so one attempt follows the other; a
 * machine that is not ours is left alone until its link changes. Safe from any thread.
 */
final class Prewarming {
    /** An attempt at a port where nobody listens costs one packet each way. */
    static final Duration RETRY = Duration.ofMillis(50);

    private final Http1Upstream upstream;
    private final Set<EventLoop> pausing = ConcurrentHashMap.newKeySet();
    private volatile boolean booting;

    Prewarming(Http1Upstream upstream) {
        this.upstream = upstream;
    }

    /** One connection on each loop, where none stands or is on its way. */
    void begin(Iterable<EventLoop> loops) {
        booting = true;
        loops.forEach(this::attempt);
    }

    /** Opens no more; what stands stays. */
    void end() {
        booting = false;
    }

    private void attempt(EventLoop loop) {
        upstream.prewarm(loop, refusal -> failed(loop, refusal));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // has no outcome
    private void failed(EventLoop loop, StreamEnd.Refusal refusal) {
        if (booting && refusal != StreamEnd.Refusal.PEER_NOT_TRUSTED && pausing.add(loop)) {
            loop.schedule(() -> again(loop), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void again(EventLoop loop) {
        pausing.remove(loop);
        if (booting) {
            attempt(loop);
        }
    }
}
