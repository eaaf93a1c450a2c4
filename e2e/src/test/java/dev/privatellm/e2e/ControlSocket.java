// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control socket of a state folder as any program may use it: one line of JSON each way. State folders of tests have short names, so it is inside. */
final class ControlSocket {
    private final Path path;

    ControlSocket(Path state) {
        this.path = state.resolve("control.sock");
    }

    /** Asks, and returns the result. */
    JsonNode call(String method) {
        try {
            return ask(method);
        } catch (IOException e) {
            throw new AssertionError("no answer to '%s' at %s".formatted(method, path), e);
        }
    }

    /** The result if anybody listens there. */
    Optional<JsonNode> tryCall(String method) {
        try {
            return Optional.of(ask(method));
        } catch (IOException nobody) {
            return Optional.empty();
        }
    }

    /** Asks and does not wait for the answer, for one that stands still. */
    void tell(String method) {
        try (var channel = connect()) {
            write(channel, method);
        } catch (IOException e) {
            throw new AssertionError("'%s' was not heard at %s".formatted(method, path), e);
        }
    }

    private JsonNode ask(String method) throws IOException {
        try (var channel = connect();
                var lines = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            write(channel, method);
            var line = lines.readLine();
            if (line == null) {
                throw new IOException("ended without an answer");
            }
            var answer = JsonMapper.shared().readTree(line);
            if (answer.has("error")) {
                throw new AssertionError(method + ": " + answer.path("error"));
            }
            return answer.path("result");
        }
    }

    private SocketChannel connect() throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void write(SocketChannel channel, String method) throws IOException {
        var question = JsonMapper.shared().writeValueAsString(Map.of("v", 1, "id", "test", "method", method));
        var bytes = ByteBuffer.wrap((question + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
