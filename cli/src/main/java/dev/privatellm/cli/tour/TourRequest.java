// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.List;
import java.util.function.Supplier;

/**
 * One request of the tour in its API's own wire form.
 *
 * @param api the API's name for people: {@code Ollama}, {@code OpenAI} or {@code Anthropic}
 * @param path path below the gateway's address
 * @param streamed whether the answer comes piece by piece
 * @param body JSON body
 * @param headers further headers, name and value in turn
 * @param reader makes the reader of one answer
 */
record TourRequest(
        String api, String path, boolean streamed, String body, List<String> headers, Supplier<AnswerReader> reader) {

    TourRequest {
        headers = List.copyOf(headers);
    }
}
