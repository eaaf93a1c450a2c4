// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.Cleanup;
import dev.privatellm.cli.workstation.FolderRecords;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.sweep.SweepPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Show what of ours stands in the project, and remove what nobody answers for. */
@Command(
        name = "gc",
        description = {
            "Show everything in the project that says that private-llm made it, with owner, age and price, and remove what nobody answers for:",
            "machines, disks, secrets, accounts, buckets and networks that are on no record, and firewall rules whose time is over."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "What the records of this state folder name, and whatever a serve that runs may be making, stays. So does what another installation made, unless",
            "--cluster names that installation: for when its state folder is lost. Nothing goes without having been looked at a second time.",
            "",
            "Examples:",
            "  private-llm gc --dry-run",
            "  private-llm gc --older-than 2h --yes"
        })
final class GcCommand implements Callable<Integer> {

    @Mixin
    private StateOption state = new StateOption();

    @Option(
            names = "--older-than",
            paramLabel = "DURATION",
            defaultValue = "24h",
            converter = DurationConverter.class,
            description =
                    "Leave alone what is younger, firewall rules whose time is over apart; at least 10m (default: ${DEFAULT-VALUE}).")
    private Duration olderThan = Duration.ofHours(24);

    @Option(
            names = "--cluster",
            paramLabel = "ID",
            description =
                    "Take what this other installation left behind, as long as no machine of it works and no firewall rule of it is in force.")
    private @Nullable String cluster;

    @Option(names = "--project", paramLabel = "ID", description = "The project, if the state folder names none.")
    private @Nullable String project;

    @Option(
            names = "--host-project",
            paramLabel = "ID",
            description = "Look for firewall rules in this project, too, which shares its network with the project.")
    private @Nullable String hostProject;

    @Option(
            names = "--gcp-endpoint",
            paramLabel = "URL",
            description = "Rehearsal: the emulator, if the state folder names none.")
    private @Nullable URI endpoint;

    @Option(names = "--dry-run", description = "Only show it.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        if (olderThan.compareTo(SweepPolicy.YOUNGEST) < 0) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "--older-than: %dm (expected: at least %dm, for as long a record may lag behind the cloud)"
                            .formatted(olderThan.toMinutes(), SweepPolicy.YOUNGEST.toMinutes()));
        }
        try (var records = FolderRecords.open(folder());
                var cloud =
                        CloudOption.connect(project(records), Optional.ofNullable(hostProject), endpoint(records))) {
            var cleanup = new Cleanup(
                    cloud.inventory(),
                    records::read,
                    claims -> new SweepPolicy(claims, olderThan, Optional.ofNullable(cluster)),
                    Clock.systemUTC(),
                    GcCommand::pause);
            return tidy(cleanup);
        }
    }

    private int tidy(Cleanup cleanup) {
        var survey = cleanup.look();
        var nothing = new Cleanup.Outcome(List.of(), java.util.Map.of(), java.util.Map.of());
        var goes = survey.removable();
        if (goes.isEmpty() || dryRun) {
            print(survey, nothing);
            return exitCode(survey.unseen().values());
        }
        if (!yes) {
            GcTable.print(survey, nothing, command.commandLine().getErr());
            if (!Terminal.confirmsThatThis("removes %d of them".formatted(goes.size()))) {
                command.commandLine().getErr().println("nothing was removed");
                return ExitCodes.INVALID;
            }
        }
        var outcome = cleanup.remove(survey);
        print(survey, outcome);
        return exitCode(Stream.concat(survey.unseen().values().stream(), outcome.failed().values().stream())
                .toList());
    }

    private void print(Cleanup.Survey survey, Cleanup.Outcome outcome) {
        var out = command.commandLine().getOut();
        switch (output.form()) {
            case human -> GcTable.print(survey, outcome, out);
            case json -> GcTable.json(survey, outcome, out);
        }
        out.flush();
    }

    private static int exitCode(Collection<CloudFailure> failures) {
        if (failures.isEmpty()) {
            return ExitCodes.DONE;
        }
        return failures.stream()
                        .anyMatch(failure -> failure instanceof CloudFailure.PermissionDenied
                                || failure instanceof CloudFailure.CredentialsRejected
                                || failure instanceof CloudFailure.BillingDisabled)
                ? ExitCodes.ADMINISTRATOR
                : ExitCodes.RETRY_LATER;
    }

    /** The folder that is named, else that of whoever runs, else the usual one. */
    private Path folder() {
        var places = StatePlaces.ofThisProcess();
        return state.named()
                .or(() -> places.running(Optional.empty()))
                .orElseGet(() -> places.folder(StatePlaces.DEFAULT));
    }

    private String project(FolderRecords records) {
        if (records.project().isPresent()
                && project != null
                && !records.project().get().equals(project)) {
            throw new CommandFailure(
                    ExitCodes.INVALID,
                    "--project %s, but the state folder speaks of %s; name another folder with --state"
                            .formatted(project, records.project().get()));
        }
        return records.project()
                .or(() -> Optional.ofNullable(project))
                .orElseThrow(() -> new CommandFailure(
                        ExitCodes.MISSING, "no project: the state folder names none; say which one with --project"));
    }

    private Optional<URI> endpoint(FolderRecords records) {
        return records.project().isPresent() ? records.endpoint() : Optional.ofNullable(endpoint);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCodes.INTERRUPTED, "interrupted; what was asked for goes on in the cloud");
        }
    }
}
