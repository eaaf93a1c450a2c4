// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is answered.
 *
 * @param status HTTP status; {@link #NEVER} says nothing until the caller goes
 * @param headers beyond length and connection
 */
public record HttpReply(int status, Map<String, String> headers, ByteString body) {

    /** Status of the reply that never comes. */
    public static final int NEVER = 0;

    public HttpReply {
        headers = Map.copyOf(headers);
    }

    public static HttpReply json(int status, String body) {
        return new HttpReply(
                status, Map.of("Content-Type", "application/json; charset=UTF-8"), ByteString.copyFromUtf8(body));
    }

    public static HttpReply text(int status, String body) {
        return new HttpReply(status, Map.of("Content-Type", "text/plain"), ByteString.copyFromUtf8(body));
    }

    /** The connection stays silent until the caller closes it. */
    public static HttpReply never() {
        return new HttpReply(NEVER, Map.of(), ByteString.EMPTY);
    }

    public HttpReply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpReply(status, more, body);
    }
}
