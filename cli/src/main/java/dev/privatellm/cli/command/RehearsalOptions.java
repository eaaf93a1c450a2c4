// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.lab.gcp.GoogleCloudOptions;
import dev.privatellm.lab.gcp.MachineEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code demo} and {@code lab gcp} let their user say about the emulated cloud. */
final class RehearsalOptions {

    @Option(
            names = "--boot",
            paramLabel = "DURATION",
            defaultValue = "20s",
            converter = DurationConverter.class,
            description =
                    "How long an emulated machine takes from insert to serving, split over its real stages; 0s is as fast as possible (default: ${DEFAULT-VALUE}).")
    private Duration boot = GoogleCloudOptions.DEFAULT_BOOT;

    @Option(
            names = "--engine",
            paramLabel = "URL",
            description =
                    "A real Ollama, http://host:port, as every machine's engine. Without it a double that speaks every dialect answers.")
    private @Nullable URI engine;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "A model of the engine; the first is model.name, further ones model.extra[]. Repeatable.")
    private List<String> models = List.of();

    List<String> models() {
        return models;
    }

    Optional<URI> engine() {
        return Optional.ofNullable(engine);
    }

    Duration boot() {
        return boot;
    }

    /** Starts the emulator on this port, 0 for a free one. */
    GoogleCloud start(int port) {
        var options = GoogleCloudOptions.defaults()
                .withNewProjects()
                .withPort(port)
                .withBoot(boot)
                .withEngine(machineEngine());
        try {
            return GoogleCloud.start(options);
        } catch (IOException failure) {
            throw new CommandFailure(
                    ExitCodes.UNREACHABLE,
                    ListenPort.isFree(InetAddress.getLoopbackAddress(), port)
                            ? "the emulator does not start: " + failure.getMessage()
                            : "port %d is taken by %s; choose another with --port"
                                    .formatted(port, ListenPort.holder(port)));
        }
    }

    private MachineEngine machineEngine() {
        var url = engine;
        if (url == null) {
            return new MachineEngine.Simulated();
        }
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new CommandFailure(
                    ExitCodes.INVALID, "--engine: %s (expected: http://host:port of an Ollama)".formatted(url));
        }
        return new MachineEngine.Real(url, models);
    }
}
