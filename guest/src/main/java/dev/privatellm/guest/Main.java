// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Entry point of the program on the machine. Takes no arguments; ends on SIGTERM. */
public final class Main {
    private static final Path KERNEL_BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        quickenStart();
        Time time = Time.system();
        Journal journal = new Journal(time.clock(), System.err);
        GuestEnvironment environment;
        try {
            environment = GuestEnvironment.of(System.getenv());
        } catch (IllegalArgumentException e) {
            journal.say(String.valueOf(e.getMessage()));
            System.exit(2);
            return;
        }
        Guest guest = new Guest(environment, time, journal, bootId(environment), boot(environment, time));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(guest)));
        guest.start();
        if (environment.rehearsal()) {
            endWithParent();
        }
        Thread.currentThread().join();
    }

    /** Spares Netty what costs a cold start tens of milliseconds each and serves nobody here: its recorder events, and the search for a machine's number to put into channel ids. */
    private static void quickenStart() {
        System.setProperty("io.netty.jfr.enabled", "false");
        System.setProperty("io.netty.machineId", "02:00:00:00:00:01");
        System.setProperty("io.netty.processId", "1");
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    /** Boots of emulated machines share a kernel, so each start of the program is one. */
    private static String bootId(GuestEnvironment environment) throws IOException {
        return !environment.rehearsal() && Files.isReadable(KERNEL_BOOT_ID)
                ? Files.readString(KERNEL_BOOT_ID).strip()
                : UUID.randomUUID().toString();
    }

    private static Boot boot(GuestEnvironment environment, Time time) throws IOException {
        return environment.rehearsal() ? Boot.now(time) : Boot.ofThisMachine(time);
    }

    /** An emulated machine does not outlive its emulator, which holds the other end of our standard input. */
    private static void endWithParent() throws IOException {
        while (System.in.read() >= 0) {
            // nobody talks to us this way
        }
        System.exit(0);
    }

    private static void end(Guest guest) {
        try {
            guest.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
