// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads requests of HTTP/1.1 (RFC 9112), each to its end, within bounds. */
final class HttpReader {

    /** Longest request line or header line. */
    static final int MAX_LINE = 64 * 1024;

    /** Most header lines. */
    static final int MAX_HEADERS = 200;

    /** Longest body; a secret's version or an instance is far below. */
    static final int MAX_BODY = 16 * 1024 * 1024;

    private HttpReader() {}

    /** The next request, or null when the peer has closed between two. */
    static @Nullable HttpCall read(InputStream in, OutputStream out, InetSocketAddress from) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw refuse(out, 400, "not an HTTP/1.1 request line");
        }
        Map<String, String> headers = headers(in, out);
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        byte[] body = body(in, out, headers);
        if (headers.getOrDefault("content-encoding", "").equalsIgnoreCase("gzip")) {
            body = new GZIPInputStream(new ByteArrayInputStream(body)).readNBytes(MAX_BODY);
        }
        String target = words[1].startsWith("http://") ? words[1].substring(words[1].indexOf('/', 7)) : words[1];
        int mark = target.indexOf('?');
        return new HttpCall(
                words[0],
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                headers,
                ByteString.copyFrom(body),
                from);
    }

    private static Map<String, String> headers(InputStream in, OutputStream out) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        String line = required(in);
        for (int n = 0; !line.isEmpty(); n++) {
            int colon = line.indexOf(':');
            if (colon < 1 || n >= MAX_HEADERS) {
                throw refuse(out, 400, "malformed or too many header lines");
            }
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim(),
                    (a, b) -> a + "," + b);
            line = required(in);
        }
        return headers;
    }

    private static byte[] body(InputStream in, OutputStream out, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in, out);
        }
        int length;
        try {
            length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        } catch (NumberFormatException _) {
            throw refuse(out, 400, "Content-Length is no number");
        }
        if (length < 0 || length > MAX_BODY) {
            throw refuse(out, 413, "body over " + MAX_BODY + " bytes");
        }
        return exactly(in, length);
    }

    private static byte[] chunks(InputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        while (true) {
            String line = required(in);
            int semicolon = line.indexOf(';');
            int size = Integer.parseInt((semicolon < 0 ? line : line.substring(0, semicolon)).trim(), 16);
            if (size < 0 || whole.size() + size > MAX_BODY) {
                throw refuse(out, 413, "body over " + MAX_BODY + " bytes");
            }
            whole.writeBytes(exactly(in, size));
            if (size == 0) {
                while (!required(in).isEmpty()) {
                    // trailers mean nothing here
                }
                return whole.toByteArray();
            }
            required(in);
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new BadRequest("the peer closed within a body");
        }
        return bytes;
    }

    private static String required(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new BadRequest("the peer closed within a head");
        }
        return line;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0 && b != '\n') {
            line.write(b);
            if (line.size() > MAX_LINE) {
                throw new BadRequest("line over " + MAX_LINE + " bytes");
            }
            b = in.read();
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static BadRequest refuse(OutputStream out, int status, String why) throws IOException {
        HttpWriter.write(out, HttpReply.text(status, why), true, false);
        return new BadRequest(why);
    }
}
