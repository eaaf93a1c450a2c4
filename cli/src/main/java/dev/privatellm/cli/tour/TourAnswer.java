// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of one request of the tour, as its client saw it.
 *
 * @param api {@code Ollama}, {@code OpenAI} or {@code Anthropic}
 * @param requestId the gateway's {@code X-Request-Id}; empty if there was none
 * @param status HTTP status; 0 if there was no answer
 * @param sentAt when it was sent
 * @param waited from then until something of the answer itself arrived, heartbeats left out; the whole time if nothing did
 * @param firstWords beginning of the text
 * @param usage tokens that the answer reported to its client
 * @param problem why a client of that API could not have used it; empty if it could
 */
public record TourAnswer(
        String api,
        String path,
        boolean streamed,
        String requestId,
        int status,
        Instant sentAt,
        Duration waited,
        String firstWords,
        SeenUsage usage,
        Optional<String> problem) {

    /** Whether it was answered in good form. */
    public boolean isAnswered() {
        return problem.isEmpty();
    }
}
