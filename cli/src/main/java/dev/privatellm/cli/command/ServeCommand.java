// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.cli.workstation.Workstation;
import dev.privatellm.cli.workstation.WorkstationOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway and the control loop of one document, headless, until a signal. */
@Command(
        name = "serve",
        description =
                "Serve a PrivateLlm from this machine: gateway and control loop, headless, until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Logs go to stderr. At a signal it drains, puts the machine to sleep, closes the firewall and exits with 0.",
            "Credentials are Google's application default credentials, or the key file in GOOGLE_APPLICATION_CREDENTIALS.",
            "",
            "Examples:",
            "  private-llm serve --file privatellm.yaml",
            "  private-llm serve --file privatellm.yaml --port 11435 --state ~/llm-state"
        })
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The PrivateLlm document (default: privatellm.yaml in ~/.config/private-llm).")
    private @Nullable Path file;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description = "Address to listen on; loopback only, as there are no keys (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "11434",
            paramLabel = "N",
            description = "Port to listen on (default: ${DEFAULT-VALUE}).")
    private int port;

    @Mixin
    private CloudOption google = new CloudOption();

    @Mixin
    private StateOption state = new StateOption();

    @Override
    public Integer call() {
        requireLoopback();
        var document = DocumentFile.read(Optional.ofNullable(file).orElseGet(ServeCommand::customaryDocument));
        var release = google.release(document);
        var cloud = google.connect(document);
        Workstation workstation;
        try {
            var options = WorkstationOptions.real(
                    document, state.folder(StatePlaces.DEFAULT), host, port, cloud.ports(), release, Version.text());
            workstation = Workstation.start(
                    google.rehearsal().map(options::rehearsing).orElse(options));
        } catch (RuntimeException failure) {
            cloud.close();
            throw StartFailure.explained(failure, port);
        }
        // Before it is said: whoever reads it may send a signal.
        var end = new OrderlyEnd(
                () -> {
                    workstation.stop();
                    cloud.close();
                },
                ExitCodes.DONE);
        LoggerFactory.getLogger(ServeCommand.class)
                .info(
                        "serving {} at {}",
                        document.metadata(),
                        workstation.status().url());
        return end.after(workstation::awaitStopRequest);
    }

    private void requireLoopback() {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress()) {
                throw new CommandFailure(
                        ExitCodes.INVALID,
                        "--host %s would let everybody who reaches it use your GPU: without keys only loopback is served"
                                .formatted(host));
            }
        } catch (UnknownHostException unknown) {
            throw new CommandFailure(ExitCodes.INVALID, "--host %s is no address of this machine".formatted(host));
        }
    }

    /** The document that is meant if none is named. */
    static Path customaryDocument() {
        return configurationFolder().resolve("privatellm.yaml");
    }

    /** Where people keep what they wrote themselves. */
    static Path configurationFolder() {
        var configuration = Optional.ofNullable(System.getenv("XDG_CONFIG_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".config"));
        return configuration.resolve("private-llm");
    }
}
