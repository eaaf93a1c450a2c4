// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

/**
 * A way for the double's next generation to go wrong. Set by {@link EngineDouble#failNext}, or from the far side of any number of processes by a word in
 * the prompt itself: {@code [lab:cut=5]}, {@code [lab:error=5]}, {@code [lab:status=500]}, {@code [lab:endless]}.
 */
public sealed interface EngineFault {

    /**
     * The connection is reset in the middle of the answer.
     *
     * @param tokens how many tokens are sent before
     */
    record CutAfter(int tokens) implements EngineFault {}

    /**
     * The engine fails in the middle of the answer and says so as Ollama does: an {@code {"error":…}} line in its own API; in the other dialects the
     * stream just ends without its final frames. Where the answer is not streamed: status 500.
     *
     * @param tokens how many tokens are sent before
     */
    record ErrorAfter(int tokens, String message) implements EngineFault {}

    /**
     * The request is answered with an error in its dialect and nothing is generated.
     *
     * @param status 400 to 599
     */
    record Refuse(int status, String message) implements EngineFault {
        public Refuse {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
            }
        }
    }

    /** The answer goes on until the client leaves or the engine is closed, whatever limit the request gave. */
    record Endless() implements EngineFault {}
}
