// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Map;

/**
 * A whole answer of our own. {@code Content-Length}, {@code X-Request-Id} and connection headers are the sender's; a 503 is best sent with
 * {@code Connection: close}, because a short idle close burns one of a client's retries.
 *
 * @param status HTTP status
 * @param headers lower-case names; at least {@code content-type} where there is a body
 * @param body may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to the sender at once, never compared
public record Answer(int status, Map<String, String> headers, byte[] body) {
    public Answer {
        headers = Map.copyOf(headers);
    }
}
