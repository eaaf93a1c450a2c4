// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.privatellm.relay.Transport;
import dev.privatellm.relay.UpstreamDeadlines;
import io.netty.channel.EventLoopGroup;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
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
        Time time = Time.system();
        HttpCaller caller = new HttpCaller(URI.create(engine.url()), loops.next(), UpstreamDeadlines.DEFAULT);
        ModelKeeper keeper = new ModelKeeper(
                new EngineClient(caller),
                new GuestConfig.Model("tiny:1b", List.of(), 0),
                status,
                new DeadManSwitch(time, Duration.ZERO, Duration.ZERO),
                time,
                CHECK,
                new Journal(time.clock(), new PrintStream(OutputStream.nullOutputStream())));
        thread = Thread.ofPlatform().daemon().start(keeper);
        await().until(() -> status.current().word().equals("ready"));
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

    private int looks() {
        return (int)
                engine.calls.stream().filter(call -> call.startsWith("/api/ps")).count();
    }
}
