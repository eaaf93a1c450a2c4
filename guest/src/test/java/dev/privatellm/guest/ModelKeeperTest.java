// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.relay.Transport;
import dev.privatellm.relay.UpstreamDeadlines;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A ready machine whose engine changes behind its back. */
class ModelKeeperTest {
    private static final Duration CHECK = Duration.ofMillis(5);

    private final GuestStatus status = new GuestStatus();
    private EventLoopGroup loops;
    private TestEngine engine;
    private Thread thread;

    @BeforeEach
    void awaitReady() throws Exception {
        engine = new TestEngine();
        engine.present.addAll(List.of("tiny:1b", "other:1b"));
        loops = Transport.best().newLoops(1, Thread.ofPlatform().daemon().factory());
        thread = start(Time.system());
        await().until(() -> status.current().word().equals("ready"));
    }

    private Thread start(Time time) throws IOException {
        HttpCaller caller = new HttpCaller(URI.create(engine.url()), loops.next(), UpstreamDeadlines.DEFAULT);
        EngineClient client = new EngineClient(caller);
        Journal journal = new Journal(time.clock(), new PrintStream(OutputStream.nullOutputStream()));
        ModelKeeper keeper = new ModelKeeper(
                client,
                new OwnModels(PulledRecord.none(), client, new OpenStreams(time), journal),
                new GuestConfig.Model("tiny:1b", List.of(), 0),
                status,
                new DeadManSwitch(time, Boot.now(time), Optional.empty()),
                time,
                CHECK,
                journal);
        return Thread.ofPlatform().daemon().start(keeper);
    }

    @AfterEach
    void stop() throws InterruptedException {
        thread.interrupt();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        engine.close();
    }

    @Test
    @DisplayName("P4 an engine that was killed and is up again, empty, gets its model loaded again")
    void anEngineThatIsUpAgainButEmptyIsLoadedAgain() {
        engine.held.clear();
        await().until(() -> engine.held.contains("tiny:1b"));
        await().until(() -> status.current().word().equals("ready"));
    }

    @Test
    void anEngineThatHoldsAnotherModelInsteadIsLeftAlone() {
        engine.held.add("other:1b");
        engine.held.remove("tiny:1b");
        int looks = looks();
        await().until(() -> looks() > looks + 4);
        assertThat(engine.held).containsExactly("other:1b");
    }

    @Test
    @DisplayName("P4 an engine that its installation failed to bring is not paid for until the deadline")
    void anEngineThatWasNotInstalledIsAFailureAtOnceAndNoneOnceItAnswers() throws Exception {
        thread.interrupt();
        thread.join();
        engine.versionStatus = 503;
        status.change(now -> now.at(GuestStatus.Stage.BOOTING, Optional.empty(), "")
                .withInstall(List.of(new InstallStep("engine-archive", 22))));
        VirtualTime time = new VirtualTime();
        thread = start(time);
        await().until(() -> time.nanos() > 10 * ModelKeeper.LOST_AFTER.toNanos());
        assertThat(status.current().word()).isEqualTo("booting");

        status.change(
                now -> now.withInstall(List.of(new InstallStep("engine-archive", 22), new InstallStep("done", 1))));
        await().until(() -> status.current().word().equals("failed"));
        assertThat(status.current().reason()).contains("engine-archive", "exit 22");

        engine.versionStatus = 200;
        await().until(() -> status.current().word().equals("ready"));
    }

    private int looks() {
        return (int)
                engine.calls.stream().filter(call -> call.startsWith("/api/ps")).count();
    }
}
