// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.workstation.ControlLine.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to a running workstation through its socket. */
public final class ControlClient {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ControlClient() {}

    /**
     * Asks once.
     *
     * @param socket see {@link StatePlaces#socket}
     * @param method {@code status}, {@code wake}, {@code sleep}, {@code stop} or {@code stats}
     * @throws WorkstationFailure {@link Reason#NOT_RUNNING} if nobody answers; the other side's own reason if it refuses
     */
    public static JsonNode call(Path socket, String method) {
        return call(socket, method, Map.of());
    }

    /** The same with something said about it. */
    public static JsonNode call(Path socket, String method, Map<String, ?> params) {
        try (ControlChannel lines = connect(socket)) {
            ask(lines, method, params);
            return result(lines.read());
        } catch (IOException e) {
            throw notRunning(socket, e);
        }
    }

    /**
     * Hands over the present state and then every change, until the predicate says that it has seen enough, the other side ends or time is over.
     *
     * @param atMost how long to watch; empty = for as long as it takes
     */
    public static WatchEnd watch(Path socket, Optional<Duration> atMost, Predicate<JsonNode> hasEnough) {
        var isLate = new AtomicBoolean();
        try (ControlChannel lines = connect(socket);
                var _ = atMost.map(limit -> closing(lines, limit, isLate)).orElse(() -> {})) {
            ask(lines, "watch", Map.of());
            for (Optional<String> line = lines.read(); line.isPresent(); line = lines.read()) {
                if (hasEnough.test(result(line))) {
                    return WatchEnd.ENOUGH;
                }
            }
            return WatchEnd.GONE;
        } catch (IOException e) {
            if (isLate.get()) {
                return WatchEnd.LATE;
            }
            throw notRunning(socket, e);
        }
    }

    /** The same for as long as it takes; returns whether the predicate had enough. */
    public static boolean watch(Path socket, Predicate<JsonNode> hasEnough) {
        return watch(socket, Optional.empty(), hasEnough) == WatchEnd.ENOUGH;
    }

    /** Why watching ended. */
    public enum WatchEnd {
        ENOUGH,
        /** The other side has ended. */
        GONE,
        LATE
    }

    /** Closes the channel once time is over, since nothing else ends a read from it; closing this calls that off. */
    private static Watchdog closing(ControlChannel lines, Duration limit, AtomicBoolean isLate) {
        Thread waits = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(limit);
                isLate.set(true);
                lines.close();
            } catch (InterruptedException calledOff) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return waits::interrupt;
    }

    private interface Watchdog extends AutoCloseable {
        @Override
        void close();
    }

    /** Whether anybody listens there. */
    static boolean answers(Path socket) {
        try (ControlChannel _ = connect(socket)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static ControlChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ControlChannel(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void ask(ControlChannel lines, String method, Map<String, ?> params) throws IOException {
        lines.write(JSON.writeValueAsString(new Request(
                ControlLine.VERSION,
                UUID.randomUUID().toString(),
                method,
                params.isEmpty() ? null : JSON.valueToTree(params))));
    }

    private static JsonNode result(Optional<String> line) throws IOException {
        if (line.isEmpty()) {
            throw new IOException("ended without an answer");
        }
        try {
            JsonNode answer = JSON.readTree(line.get());
            JsonNode error = answer.path("error");
            if (!error.isMissingNode()) {
                throw new WorkstationFailure(
                        reason(error.path("reason").stringValue("")),
                        error.path("message").stringValue(""));
            }
            return answer.path("result");
        } catch (JacksonException e) {
            throw new IOException("not an answer", e);
        }
    }

    private static Reason reason(String word) {
        for (Reason each : Reason.values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        return Reason.INTERNAL;
    }

    private static WorkstationFailure notRunning(Path socket, IOException cause) {
        return new WorkstationFailure(
                Reason.NOT_RUNNING, "nobody answers at %s: no serve or demo runs there".formatted(socket), cause);
    }
}
