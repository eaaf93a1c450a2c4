// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import java.net.URI;
import java.time.Clock;
import java.util.List;

/**
 * A recording proxy in front of a real engine. Bytes pass as they come, both ways; a client that leaves takes its connection to the engine with it. When an
 * answer is finished the counts that the engine itself reported in it become the row's; an answer that reports none has none.
 */
public final class EngineTap implements RunningEngine {

    private final HttpFront front;
    private final TruthLog truth;

    private EngineTap(HttpFront front, TruthLog truth) {
        this.front = front;
        this.truth = truth;
    }

    /**
     * Starts one on loopback, on a free port; it listens when this returns. The engine need not be up yet: a request that does not reach it is closed
     * without an answer.
     *
     * @param engine {@code http://host:port} of the engine
     * @param clock what rows are stamped with
     * @throws IllegalArgumentException if the address is not of that form
     * @throws IllegalStateException if no port can be bound
     */
    public static EngineTap start(URI engine, Clock clock) {
        if (!"http".equals(engine.getScheme()) || engine.getHost() == null || engine.getPort() < 0) {
            throw new IllegalArgumentException("engine: " + engine + " (expected: http://host:port)");
        }
        TruthLog truth = new TruthLog();
        HttpFront front = HttpFront.listen(
                "127.0.0.1",
                0,
                () -> List.of(
                        new HttpServerCodec(),
                        new HttpServerExpectContinueHandler(),
                        new TapFront(engine, truth, clock)));
        return new EngineTap(front, truth);
    }

    @Override
    public int port() {
        return front.port();
    }

    @Override
    public URI url() {
        return front.url();
    }

    @Override
    public List<EngineRow> truth() {
        return truth.snapshot();
    }

    @Override
    public void close() {
        front.close();
    }
}
