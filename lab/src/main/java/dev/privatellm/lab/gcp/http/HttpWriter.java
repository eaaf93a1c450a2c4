// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes replies, each with one call where it fits, so that no half segment waits for an acknowledgement. */
final class HttpWriter {

    private HttpWriter() {}

    static void write(OutputStream out, HttpReply reply, boolean withBody, boolean keep) throws IOException {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(reply.status())
                .append(' ')
                .append(phrase(reply.status()))
                .append("\r\n");
        reply.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (reply.status() != 204) {
            head.append("Content-Length: ").append(reply.body().size()).append("\r\n");
        }
        head.append(keep ? "\r\n" : "Connection: close\r\n\r\n");
        ByteArrayOutputStream whole =
                new ByteArrayOutputStream(head.length() + reply.body().size());
        whole.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (withBody && reply.status() != 204) {
            whole.writeBytes(reply.body().toByteArray());
        }
        whole.writeTo(out);
        out.flush();
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 308 -> "Resume Incomplete";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 409 -> "Conflict";
            case 412 -> "Precondition Failed";
            case 429 -> "Too Many Requests";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }
}
