// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a rehearsal cloud is to be. Start from {@link #defaults()} and change what matters.
 *
 * @param port port on 127.0.0.1; 0 takes a free one
 * @param boot time from an accepted insert to a machine that serves, split over the real stages; zero is as fast as possible
 * @param engine what each machine's guest finds as its engine
 * @param catalog which machine types exist in which zones, and what they cost
 * @param lags how late reads of changed things are
 * @param folder where the credentials file, journal and serial logs are written; empty makes a temporary folder that {@code close} removes
 * @param guest command line of the process that is a machine's software; empty runs the real guest with this process's own Java and class path
 * @param areApisEnabled whether every project has every API enabled from the start
 * @param clock wall clock of stamps, lags, token life and the bill; the steps of a machine's life are timed by the system
 */
public record GoogleCloudOptions(
        int port,
        Duration boot,
        MachineEngine engine,
        Catalog catalog,
        Lags lags,
        Optional<Path> folder,
        List<String> guest,
        Clock clock,
        boolean areApisEnabled) {

    /** The documented default of {@code --boot}. */
    public static final Duration DEFAULT_BOOT = Duration.ofSeconds(20);

    public GoogleCloudOptions {
        guest = List.copyOf(guest);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: %d (expected: 0 to 65535)".formatted(port));
        }
        if (boot.isNegative()) {
            throw new IllegalArgumentException("boot: %s (expected: 0s or longer)".formatted(boot));
        }
    }

    /** A free port, 20 s boots, engine doubles, the embedded catalog, small lags, a temporary folder, the real guest. */
    public static GoogleCloudOptions defaults() {
        return new GoogleCloudOptions(
                0,
                DEFAULT_BOOT,
                new MachineEngine.Simulated(),
                Catalog.embedded(),
                Lags.small(),
                Optional.empty(),
                List.of(),
                Clock.systemUTC(),
                true);
    }

    public GoogleCloudOptions withPort(int newPort) {
        return new GoogleCloudOptions(newPort, boot, engine, catalog, lags, folder, guest, clock, areApisEnabled);
    }

    public GoogleCloudOptions withBoot(Duration newBoot) {
        return new GoogleCloudOptions(port, newBoot, engine, catalog, lags, folder, guest, clock, areApisEnabled);
    }

    public GoogleCloudOptions withEngine(MachineEngine newEngine) {
        return new GoogleCloudOptions(port, boot, newEngine, catalog, lags, folder, guest, clock, areApisEnabled);
    }

    public GoogleCloudOptions withCatalog(Catalog newCatalog) {
        return new GoogleCloudOptions(port, boot, engine, newCatalog, lags, folder, guest, clock, areApisEnabled);
    }

    public GoogleCloudOptions withLags(Lags newLags) {
        return new GoogleCloudOptions(port, boot, engine, catalog, newLags, folder, guest, clock, areApisEnabled);
    }

    public GoogleCloudOptions withFolder(Path newFolder) {
        return new GoogleCloudOptions(
                port, boot, engine, catalog, lags, Optional.of(newFolder), guest, clock, areApisEnabled);
    }

    public GoogleCloudOptions withGuest(List<String> command) {
        return new GoogleCloudOptions(port, boot, engine, catalog, lags, folder, command, clock, areApisEnabled);
    }

    public GoogleCloudOptions withClock(Clock newClock) {
        return new GoogleCloudOptions(port, boot, engine, catalog, lags, folder, guest, newClock, areApisEnabled);
    }

    /** With projects as they are on their first day. */
    public GoogleCloudOptions withNewProjects() {
        return new GoogleCloudOptions(port, boot, engine, catalog, lags, folder, guest, clock, false);
    }
}
