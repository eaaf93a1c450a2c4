// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An engine without weights that answers like a current Ollama: its own API, OpenAI's and Anthropic's, streamed and not. The text follows from model and
 * prompt alone and ends by itself after 12 to 60 tokens; pieces of at most four characters are its tokens, and it keeps its own count as truth. A model it
 * has pulled stays in its {@link ModelStore}. Any model can embed, as in Ollama; those that can do nothing else (by their name) refuse to generate.
 *
 * <p>Words in the prompt steer it: {@code [lab:tokens=300]} sets the length of the answer, the words of {@link EngineFault} break it, and the name of an
 * offered tool in the last user message makes it call that tool. A model that can think does so when asked in the dialect's own way.
 *
 * <p>A client that leaves is noticed at once, and nothing more is generated for it.
 */
public final class EngineDouble implements RunningEngine {

    /** Largest request body; larger ones get 413. Images and documents travel inside. */
    private static final int MAX_BODY_BYTES = 64 << 20;

    private final HttpFront front;
    private final ExecutorService workers;
    private final TruthLog truth;
    private final Faults faults;

    private EngineDouble(HttpFront front, ExecutorService workers, TruthLog truth, Faults faults) {
        this.front = front;
        this.workers = workers;
        this.truth = truth;
        this.faults = faults;
    }

    /**
     * Starts one; it listens when this returns.
     *
     * @throws IllegalStateException if the address cannot be bound
     */
    public static EngineDouble start(EngineOptions options) {
        TruthLog truth = new TruthLog();
        Faults faults = new Faults();
        Router router = new Router(options, faults);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
        HttpFront front = HttpFront.listen(
                options.host(),
                options.port(),
                () -> List.of(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(MAX_BODY_BYTES),
                        new Requests(truth, options.clock(), router, workers)));
        return new EngineDouble(front, workers, truth, faults);
    }

    /** Breaks the next generation that is asked for; several are taken in turn, at most {@value Faults#MAX_WAITING} waiting. */
    public void failNext(EngineFault fault) {
        faults.add(fault);
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
        front.disconnect();
        workers.close();
        front.close();
    }
}
