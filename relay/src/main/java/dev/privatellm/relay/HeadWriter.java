// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes heads. What it is given was checked when it was made. */
final class HeadWriter {
    private static final int TYPICAL_HEAD_BYTES = 512;

    private HeadWriter() {}

    static ByteBuf request(ByteBufAllocator allocator, RequestHead head) {
        ByteBuf out = allocator.buffer(TYPICAL_HEAD_BYTES);
        ascii(out, head.method());
        out.writeByte(' ');
        ascii(out, head.target());
        ascii(out, " HTTP/1.1\r\n");
        fields(out, head.headers());
        return out;
    }

    static ByteBuf response(ByteBufAllocator allocator, ResponseHead head) {
        ByteBuf out = allocator.buffer(TYPICAL_HEAD_BYTES);
        ascii(out, "HTTP/1.1 ");
        ascii(out, Integer.toString(head.status()));
        out.writeByte(' ');
        ascii(out, head.reason().isEmpty() ? usualReason(head.status()) : head.reason());
        ascii(out, "\r\n");
        fields(out, head.headers());
        return out;
    }

    /** A last answer of one line of ASCII text: head, then body. */
    static List<ByteBuf> plain(ByteBufAllocator allocator, int status, String line) {
        ByteBuf body = allocator.buffer();
        ascii(body, line + "\n");
        Headers headers = Headers.of(
                "Content-Type",
                "text/plain",
                "Content-Length",
                Integer.toString(body.readableBytes()),
                "Connection",
                "close");
        return List.of(response(allocator, ResponseHead.of(status, headers)), body);
    }

    /** Field lines and the empty line that ends them. */
    static void fields(ByteBuf out, Headers headers) {
        for (Headers.Field field : headers) {
            ascii(out, field.name());
            ascii(out, ": ");
            ascii(out, field.value());
            ascii(out, "\r\n");
        }
        ascii(out, "\r\n");
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    /** For the eyes of people only; no client may depend on it (RFC 9112 section 4). */
    private static String usualReason(int status) {
        return switch (status) {
            case 100 -> "Continue";
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 421 -> "Misdirected Request";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
