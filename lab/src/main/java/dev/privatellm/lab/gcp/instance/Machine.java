// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.lab.engine.ModelStore;
import dev.privatellm.lab.engine.RunningEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine from power-on to power-off. Its metadata server, engine and door are there at once, its software after {@link #boot}. Thread-safe.
 */
public final class Machine {

    private static final Logger log = LoggerFactory.getLogger(Machine.class);

    private final MachineSetup setup;
    private final MachineRoom room;
    private final SerialLog serial;
    private final MetadataServer metadataServer;
    private final RunningEngine engine;
    private final Door door;
    private final FirstSteps firstSteps;
    private @Nullable GuestProcess guest;
    /** Its software shall end, or has been told to. */
    private boolean off;

    /** Nothing of it is left to be closed. */
    private boolean dark;

    private Machine(
            MachineSetup setup,
            MachineRoom room,
            SerialLog serial,
            MetadataServer metadataServer,
            RunningEngine engine,
            Door door,
            FirstSteps firstSteps) {
        this.setup = setup;
        this.room = room;
        this.serial = serial;
        this.metadataServer = metadataServer;
        this.engine = engine;
        this.door = door;
        this.firstSteps = firstSteps;
    }

    /**
     * Gives power.
     *
     * @param disk what is on its disk
     * @param token makes an access token of its account
     * @param admits the firewall, asked for each connection with the peer's address
     */
    public static Machine powerOn(
            MachineSetup setup,
            MachineRoom room,
            SerialLog serial,
            ModelStore disk,
            Supplier<String> token,
            Predicate<InetAddress> admits)
            throws IOException {
        Files.createDirectories(room.folder(setup));
        Door door = new Door(setup.door(), setup.internal(), admits, room.outbound());
        return new Machine(
                setup,
                room,
                serial,
                new MetadataServer(setup, token),
                room.engines().start(disk),
                door,
                new FirstSteps(setup, room.api(), token, serial));
    }

    /**
     * Starts its software, once what it installs is there; without that it stays on, and empty.
     *
     * @param ended told once, with the reason, when the software has ended or asks for power-off on its own account
     */
    public void boot(Consumer<String> ended) {
        serial.line("[lab] " + setup.name() + " boots on " + setup.internal() + ", seen as " + setup.door());
        Thread.ofVirtual().name("boot-" + setup.name()).start(() -> {
            try {
                if (firstSteps.install(this::isOff)) {
                    start(ended);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized boolean isOff() {
        return off;
    }

    private synchronized void start(Consumer<String> ended) {
        if (off) {
            return;
        }
        try {
            Path powerOffFile = room.folder(setup).resolve("poweroff");
            GuestProcess started = GuestProcess.start(room.guest(), environment(powerOffFile), powerOffFile, serial);
            guest = started;
            Thread.ofVirtual().name("guest-" + started.pid()).start(() -> watch(started, ended));
        } catch (IOException e) {
            log.warn("The software of {} does not start", setup.name(), e);
            Thread.ofVirtual().start(() -> ended.accept("the guest did not start"));
        }
    }

    private void watch(GuestProcess started, Consumer<String> ended) {
        try {
            String reason = started.awaitEnd();
            boolean expected;
            synchronized (this) {
                expected = off;
            }
            if (!expected) {
                serial.line("[lab] " + reason);
                ended.accept(reason);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, String> environment(Path powerOffFile) {
        return Map.of(
                "GCE_METADATA_HOST", metadataServer.address().toString(),
                "PRIVATE_LLM_BIND", setup.internal().toString(),
                "PRIVATE_LLM_ENGINE_URL", engine.url().toString(),
                "PRIVATE_LLM_SECRET_ENDPOINT", room.api().toString(),
                "PRIVATE_LLM_POWEROFF_FILE", powerOffFile.toAbsolutePath().toString());
    }

    /** Process id of its software while there is one. */
    public synchronized OptionalLong pid() {
        return guest == null ? OptionalLong.empty() : OptionalLong.of(guest.pid());
    }

    /** Asks the software to end, waits that long at most, then takes the power. Blocks. */
    public void shutDown(Duration grace) throws InterruptedException {
        GuestProcess running;
        synchronized (this) {
            off = true;
            running = guest;
        }
        try {
            if (running != null) {
                running.shutDown(grace);
            }
        } finally {
            cut();
        }
    }

    /** Takes the power; whoever comes second finds it taken, or being taken. */
    public void cut() {
        GuestProcess running;
        synchronized (this) {
            if (dark) {
                return;
            }
            off = true;
            dark = true;
            running = guest;
        }
        if (running != null) {
            running.cut();
        }
        door.close();
        engine.close();
        metadataServer.close();
    }
}
