// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.api.v1alpha1.ReasonTable;
import dev.privatellm.cli.workstation.ControlLine.Failure;
import dev.privatellm.cli.workstation.ControlLine.Request;
import dev.privatellm.cli.workstation.ControlLine.Response;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Answers those who may open the socket, which only its owner may: one line of JSON each way, several questions on one connection. */
final class ControlServer implements AutoCloseable {
    /** Connections at the same time; one more is closed at once. */
    static final int MAX_CONNECTIONS = 32;

    private static final int USAGE_EXIT = 2;
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;
    private final Answers answers;
    private final ServerSocketChannel listening;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    /** What is behind the socket. */
    interface Answers {

        /**
         * The result of a method that has one.
         *
         * @param params what was said with it; a missing node if nothing was
         * @throws WorkstationFailure if it is refused; the client is told the reason
         */
        JsonNode answer(ControlLine.Method method, JsonNode params);

        /** Tells a listener every change until the returned subscription is closed. */
        Subscription watch(Consumer<JsonNode> listener);
    }

    /** Listens; the folder's lock is held, so a socket that is there is a dead one's. */
    ControlServer(Path path, Answers answers) throws IOException {
        this.path = path;
        this.answers = answers;
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            DurableFile.folder(folder);
        }
        Files.deleteIfExists(path);
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        Thread.ofPlatform().daemon().name("control-socket").start(this::accept);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (SocketChannel each : open) {
            each.close();
        }
        Files.deleteIfExists(path);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                if (free.tryAcquire()) {
                    open.add(client);
                    Thread.ofPlatform().daemon().name("control-client").start(() -> serve(client));
                } else {
                    client.close();
                }
            }
        } catch (ClosedChannelException closed) {
            LOG.debug("control socket closed");
        } catch (IOException e) {
            LOG.error("control socket failed", e);
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                ControlChannel lines = new ControlChannel(client)) {
            for (Optional<String> line = lines.read(); line.isPresent(); line = lines.read()) {
                answer(line.get(), lines);
            }
        } catch (ClosedChannelException gone) {
            LOG.debug("control client gone");
        } catch (IOException e) {
            LOG.debug("control client failed: {}", e.getMessage());
        } finally {
            open.remove(client);
            free.release();
        }
    }

    private void answer(String line, ControlChannel lines) throws IOException {
        Request request;
        try {
            request = JSON.readValue(line, Request.class);
        } catch (JacksonException e) {
            lines.write(failed("", "not a request: one line of JSON is expected"));
            return;
        }
        String id = request.id() == null ? "" : request.id();
        Optional<ControlLine.Method> method = ControlLine.Method.of(request.method());
        if (request.version() != ControlLine.VERSION) {
            lines.write(failed(id, "version %d (expected: %d)".formatted(request.version(), ControlLine.VERSION)));
        } else if (method.isEmpty()) {
            lines.write(failed(id, "unknown method"));
        } else if (method.get() == ControlLine.Method.WATCH) {
            watch(id, lines);
        } else {
            JsonNode params = request.params();
            lines.write(result(id, method.get(), params == null ? MissingNode.getInstance() : params));
        }
    }

    private String result(String id, ControlLine.Method method, JsonNode params) {
        try {
            return JSON.writeValueAsString(new Response(id, answers.answer(method, params), null));
        } catch (WorkstationFailure refused) {
            return JSON.writeValueAsString(new Response(
                    id,
                    null,
                    new Failure(
                            refused.reason().word(),
                            String.valueOf(refused.getMessage()),
                            ReasonTable.of(refused.reason()).exitCode())));
        } catch (RuntimeException e) {
            LOG.error("control method {} failed", method, e);
            return JSON.writeValueAsString(
                    new Response(id, null, new Failure(Reason.INTERNAL.word(), "internal error, see the log", 1)));
        }
    }

    /** Lines until the client leaves; a client that does not read is left behind when its socket is full. */
    private void watch(String id, ControlChannel lines) throws IOException {
        try (Subscription _ =
                answers.watch(news -> lines.offer(JSON.writeValueAsString(new Response(id, news, null))))) {
            lines.drainUntilClosed();
        }
    }

    private static String failed(String id, String message) {
        return JSON.writeValueAsString(
                new Response(id, null, new Failure(Reason.INVALID_REQUEST.word(), message, USAGE_EXIT)));
    }
}
