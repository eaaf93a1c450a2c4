// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import com.google.protobuf.ByteString;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request, read to its end.
 *
 * @param method verb as sent, {@code X-HTTP-Method-Override} not yet applied
 * @param path raw path, percent-encoding kept
 * @param query raw query without the question mark; empty if there is none
 * @param headers by lower-case name; repeated ones joined with a comma
 * @param body without its framing
 * @param from peer's address
 */
public record HttpCall(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        ByteString body,
        InetSocketAddress from) {

    public HttpCall {
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The verb that is meant: clients whose HTTP stack has no PATCH send POST with an override. */
    public String verb() {
        return method.equals("POST") ? header("x-http-method-override").orElse(method) : method;
    }

    /** Query parameters in order, decoded; one without a value has the empty one. */
    public Map<String, List<String>> parameters() {
        return parse(query);
    }

    /** The body as {@code application/x-www-form-urlencoded}. */
    public Map<String, List<String>> form() {
        return parse(body.toStringUtf8());
    }

    /** First value of a query parameter. */
    public Optional<String> parameter(String name) {
        return parameters().getOrDefault(name, List.of()).stream().findFirst();
    }

    /** {@code host:port} that the caller named, as a base address. */
    public String origin() {
        return "http://" + header("host").orElse("127.0.0.1");
    }

    public static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> parse(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
            }
        }
        return values;
    }
}
