// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.cli.workstation.Workstation;
import dev.privatellm.cli.workstation.WorkstationOptions;
import dev.privatellm.lab.gcp.GoogleCloud;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything on this machine: emulated cloud, control loop, gateway; by hand until a signal, or as a tour that ends with a proof. */
@Command(
        name = "demo",
        description =
                "Rehearse the whole thing on this machine for 0 USD: an emulated Google Cloud, the control loop, the gateway.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  private-llm demo",
            "  private-llm demo --once",
            "  private-llm demo --boot 60s --engine http://127.0.0.1:11500 --model llama3.2:3b"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String HOST = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "11434",
            paramLabel = "N",
            description =
                    "Port to listen on; the next free one is taken if somebody has it (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A PrivateLlm document (default: the documented sample).")
    private @Nullable Path file;

    @Option(
            names = "--idle",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "How long the machine is kept without a stream (default: ${DEFAULT-VALUE}).")
    private Duration idle = Duration.ofMinutes(1);

    @Option(
            names = "--once",
            description =
                    "A guided tour: nine requests at once against the sleeping machine, then the proof. Exit code 1 if a claim does not hold.")
    private boolean once;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "human",
            paramLabel = "human|json",
            description = "Form of the tour's report (default: ${DEFAULT-VALUE}).")
    private OutputForm form = OutputForm.human;

    @Mixin
    private RehearsalOptions rehearsal = new RehearsalOptions();

    @Mixin
    private StateOption state = new StateOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        // Stages are told as lines of their own; a log between them would only disturb.
        System.setProperty("private-llm.log.level", "WARN");
        var document = document();
        var folder = state.folder(StatePlaces.DEMO);
        int free = freePort();
        var cloud = rehearsal.start(0);
        var connection = GoogleConnection.open(
                document.spec().provider().gcp().projectId(),
                document.spec().network().hostProjectId(),
                Optional.of(cloud.baseUri()),
                Optional.of(cloud.credentialsFile()));
        var ledger = new TourLedger();
        Workstation workstation;
        try {
            workstation = Workstation.start(
                    WorkstationOptions.real(
                                    document,
                                    folder,
                                    HOST,
                                    free,
                                    connection.ports(),
                                    ShippedRelease.forRehearsal(),
                                    Version.text())
                            .demonstrating(cloud.baseUri()),
                    ledger);
        } catch (RuntimeException failure) {
            connection.close();
            cloud.close();
            throw StartFailure.explained(failure, free);
        }
        var stages = new Stages(System.err, Terminal.isThere(), Clock.systemUTC());
        var end = new OrderlyEnd(
                () -> end(stages, workstation, connection, cloud), once ? ExitCodes.INTERRUPTED : ExitCodes.DONE);
        introduce(document, workstation);
        workstation.watch(stages::show);
        if (!once) {
            return end.after(workstation::awaitStopRequest);
        }
        try {
            return new GuidedTour(
                            document,
                            rehearsal,
                            folder,
                            ledger,
                            stages,
                            form,
                            spec.commandLine().getOut())
                    .run(workstation, cloud);
        } catch (Exception failure) {
            if (end.hasBegun()) {
                // A signal has taken away what the tour was looking at; whoever sent it knows why.
                return ExitCodes.INTERRUPTED;
            }
            throw failure;
        } finally {
            end.now();
        }
    }

    private void end(Stages stages, Workstation workstation, GoogleConnection connection, GoogleCloud cloud)
            throws IOException {
        stages.pause();
        var asleep = workstation.stop();
        stages.close();
        if (!once) {
            System.err.println(
                    asleep
                            ? "asleep; the firewall is closed"
                            : "the machine is not known to sleep; its emulator ends with this process");
            workstation.status().status().ifPresent(status -> System.err.println(Bill.of(status)));
        }
        connection.close();
        cloud.close();
    }

    private PrivateLlm document() {
        var path = file;
        var document = path == null ? DocumentFile.sample() : DocumentFile.read(path);
        if (idle.toSeconds() < 1) {
            throw new CommandFailure(ExitCodes.INVALID, "--idle: %s (expected: 1s or longer)".formatted(idle));
        }
        var models = rehearsal.models();
        if (rehearsal.engine().isPresent() && models.isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.INVALID, "--engine needs --model: the names of that engine's models to serve");
        }
        var named = models.isEmpty()
                ? document
                : document.withModel(
                        document.spec().model().serving(models.getFirst(), models.subList(1, models.size())));
        return named.withIdleTimeoutSeconds(idle.toSeconds());
    }

    /** The port that was asked for, or the next free one, said aloud. */
    private int freePort() {
        var host = InetAddress.getLoopbackAddress();
        if (port == 0 || ListenPort.isFree(host, port)) {
            return port;
        }
        int next = ListenPort.nextFree(host, port)
                .orElseThrow(
                        () -> new CommandFailure(ExitCodes.UNREACHABLE, "no port from %d up is free".formatted(port)));
        System.err.printf("port %d is taken by %s; taking %d%n", port, ListenPort.holder(port), next);
        return next;
    }

    private void introduce(PrivateLlm document, Workstation workstation) {
        System.err.println(Introduction.of(document, workstation.status().url()));
    }
}
