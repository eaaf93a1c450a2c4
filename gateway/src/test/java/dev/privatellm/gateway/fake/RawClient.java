// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client on a bare socket, which sees what other clients hide: bytes as they come, and whether a response was ended or cut. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final int port;

    public RawClient(int port) throws IOException {
        this.port = port;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A response, or what came of one. */
    public record Response(int status, Map<String, String> headers, String body, boolean complete) {
        /** A field's value, or the empty text. */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /** The head of a response whose body is still to be read. */
    public record Head(int status, Map<String, String> headers) {}

    /** Sends a POST with a JSON body. */
    public RawClient post(String path, String json, String... headers) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n" + lines(headers)
                + "\r\n" + json);
    }

    /** Sends a GET. */
    public RawClient get(String path, String... headers) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n" + lines(headers) + "\r\n");
    }

    /** Sends text as it is. */
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes as they are. */
    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads a whole response, to its end or to where it was cut. */
    public Response response() throws IOException {
        Head head = head();
        String length = head.headers().get("content-length");
        if (length != null) {
            byte[] body = in.readNBytes(Integer.parseInt(length));
            return new Response(head.status(), head.headers(), text(body), body.length == Integer.parseInt(length));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            byte[] chunk = chunk();
            if (chunk == null) {
                return new Response(head.status(), head.headers(), text(body.toByteArray()), false);
            }
            if (chunk.length == 0) {
                return new Response(head.status(), head.headers(), text(body.toByteArray()), true);
            }
            body.writeBytes(chunk);
        }
    }

    /** Reads only the head. */
    public Head head() throws IOException {
        String start = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Head(Integer.parseInt(start.split(" ", -1)[1]), headers);
    }

    /** Reads the next chunk of a chunked body as text; null if the response was cut, empty at its proper end. */
    public String nextChunk() throws IOException {
        byte[] chunk = chunk();
        return chunk == null ? null : text(chunk);
    }

    /** Reads the chunks that are left, to the proper end of the body. */
    public String restOfBody() throws IOException {
        StringBuilder rest = new StringBuilder();
        String chunk = nextChunk();
        while (chunk != null && !chunk.isEmpty()) {
            rest.append(chunk);
            chunk = nextChunk();
        }
        if (chunk == null) {
            throw new IOException("the body was cut after " + rest);
        }
        return rest.toString();
    }

    /** Reads everything until the other side closes, for bodies that end so. */
    public String untilClosed() throws IOException {
        return text(in.readAllBytes());
    }

    /** Whether something has come that was not read. */
    public boolean hasBytes() throws IOException {
        return in.available() > 0;
    }

    /** Whether the other side has closed. */
    public boolean isClosedByPeer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private byte[] chunk() throws IOException {
        try {
            String size = line();
            if (size.isEmpty()) {
                return null;
            }
            byte[] chunk = in.readNBytes(Integer.parseInt(size, 16));
            line();
            return chunk;
        } catch (SocketException reset) {
            return null;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static String lines(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
