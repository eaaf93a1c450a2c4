// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The program of a machine in this process, on loopback and by a wall clock of the test's; what it measures runs on real time. For the tests of modules that call machines. */
public final class LocalGuest implements AutoCloseable {
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final Guest guest;
    private final Thread starting;

    /**
     * Boots without waiting for anything.
     *
     * @param cloud what it reads its configuration and its bundle from
     * @param engine address of its engine, as a URL
     * @param folder where it may write
     */
    public LocalGuest(TestCloud cloud, String engine, Path folder, InstantSource wallClock) {
        Time time = new WallClock(wallClock);
        guest = new Guest(
                GuestEnvironment.of(Map.of(
                        GuestEnvironment.METADATA_HOST,
                        cloud.authority(),
                        GuestEnvironment.BIND,
                        "127.0.0.1:0",
                        GuestEnvironment.ENGINE_URL,
                        engine,
                        GuestEnvironment.SECRET_ENDPOINT,
                        "http://" + cloud.authority(),
                        GuestEnvironment.POWER_OFF_FILE,
                        folder.resolve("poweroff").toString(),
                        GuestEnvironment.INSTALL_STEPS,
                        folder.resolve("steps").toString())),
                time,
                new Journal(time.clock(), new PrintStream(console, true, StandardCharsets.UTF_8)),
                "boot-1",
                Boot.now(time));
        starting = Thread.ofPlatform().daemon().name("guest").start(this::start);
    }

    private record WallClock(InstantSource wall) implements Time {
        @Override
        public Instant now() {
            return wall.instant();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }
    }

    private void start() {
        try {
            guest.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where it listens; empty until it has an identity to do so with. */
    public Optional<InetSocketAddress> listening() {
        return Optional.ofNullable(guest.listening());
    }

    /** What it has said so far. */
    public String console() {
        return console.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        starting.interrupt();
        try {
            guest.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
