// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.api.v1alpha1.Reason;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

class ControlSocketTest {
    @TempDir
    Path folder;

    private final List<Consumer<JsonNode>> watchers = new CopyOnWriteArrayList<>();
    private Path socket;
    private ControlServer server;

    @BeforeEach
    void open() throws Exception {
        socket = folder.resolve("control.sock");
        Files.writeString(socket, "left behind by a process that was killed");
        server = new ControlServer(socket, new ControlServer.Answers() {
            @Override
            public JsonNode answer(ControlLine.Method method, JsonNode params) {
                if (method == ControlLine.Method.STATS) {
                    throw new IllegalStateException("a defect");
                }
                if (method == ControlLine.Method.UP) {
                    throw new WorkstationFailure(Reason.BUDGET_EXCEEDED, "no more this month");
                }
                return StringNode.valueOf("did " + method + (params.isMissingNode() ? "" : params));
            }

            @Override
            public Subscription watch(Consumer<JsonNode> listener) {
                watchers.add(listener);
                listener.accept(StringNode.valueOf("now"));
                return () -> watchers.remove(listener);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void answersOneLineWithOneLine() throws Exception {
        assertThat(ControlClient.call(socket, "wake").stringValue()).isEqualTo("did WAKE");
        try (SocketChannel raw = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            raw.connect(UnixDomainSocketAddress.of(socket));
            try (ControlChannel lines = new ControlChannel(raw)) {
                lines.write("{\"v\":1,\"id\":\"7\",\"method\":\"status\",\"params\":{}}");
                assertThat(lines.read()).contains("{\"id\":\"7\",\"result\":\"did STATUS{}\"}");
                lines.write("{\"v\":1,\"id\":\"8\",\"method\":\"sleep\"}");
                assertThat(lines.read()).contains("{\"id\":\"8\",\"result\":\"did SLEEP\"}");
                lines.write("{\"v\":2,\"id\":\"9\",\"method\":\"status\"}");
                assertThat(lines.read().orElseThrow()).contains("\"reason\":\"InvalidRequest\"", "expected: 1");
                lines.write("nonsense");
                assertThat(lines.read().orElseThrow()).contains("\"exit\":2");
            }
        }
    }

    @Test
    void socketIsItsOwnersAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void unknownMethodAndDefectsAreErrors() {
        assertThatThrownBy(() -> ControlClient.call(socket, "explode"))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.INVALID_REQUEST));
        assertThatThrownBy(() -> ControlClient.call(socket, "stats"))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.INTERNAL))
                .hasMessageNotContaining("a defect");
    }

    @Test
    void whatIsRefusedAndWhatIsSaidWithAQuestionReachTheOtherSide() {
        assertThat(ControlClient.call(socket, "wake", Map.of("overrideBudgetSeconds", 60))
                        .stringValue())
                .isEqualTo("did WAKE{\"overrideBudgetSeconds\":60}");
        assertThatThrownBy(() -> ControlClient.call(socket, "up"))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.BUDGET_EXCEEDED))
                .hasMessage("no more this month");
    }

    @Test
    void watchingEndsWhenTimeIsOver() {
        assertThat(ControlClient.watch(socket, Optional.of(Duration.ofMillis(50)), _ -> false))
                .isEqualTo(ControlClient.WatchEnd.LATE);
    }

    @Test
    void watchingTellsWhatIsAndWhatComesUntilTheClientHasEnough() {
        List<String> seen = new ArrayList<>();
        Thread.ofVirtual().start(() -> {
            Awaitility.await().until(() -> !watchers.isEmpty());
            watchers.forEach(watcher -> watcher.accept(StringNode.valueOf("later")));
        });
        assertThat(ControlClient.watch(socket, line -> {
                    seen.add(line.stringValue());
                    return line.stringValue().equals("later");
                }))
                .isTrue();
        assertThat(seen).containsExactly("now", "later");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(watchers).as("the watcher that left").isEmpty());
    }

    @Test
    void nobodyThereIsSaid() throws Exception {
        server.close();
        assertThat(socket).doesNotExist();
        assertThatThrownBy(() -> ControlClient.call(socket, "status"))
                .isInstanceOfSatisfying(
                        WorkstationFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NOT_RUNNING));
        assertThat(ControlClient.answers(socket)).isFalse();
    }

    @Test
    void findsTheOneThatRuns() {
        StatePlaces places = StatePlaces.ofThisProcess();
        assertThat(places.running(java.util.Optional.of(folder))).contains(folder);
        assertThat(places.running(java.util.Optional.of(folder.resolve("none"))))
                .isEmpty();
    }
}
