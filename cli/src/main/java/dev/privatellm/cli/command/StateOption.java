// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.workstation.StatePlaces;
import dev.privatellm.cli.workstation.WorkstationFailure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a workstation keeps its state, or which running one is meant. */
final class StateOption {

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "State folder (default: the user's own, see docs/reference.md).")
    private @Nullable Path state;

    /** The folder that was named. */
    Optional<Path> named() {
        return Optional.ofNullable(state);
    }

    /** What a command that comes next is told of it; empty if nothing was named. */
    String repeated() {
        return state == null ? "" : " --state " + state;
    }

    /** The folder to run in. */
    Path folder(String customary) {
        return Optional.ofNullable(state)
                .orElseGet(() -> StatePlaces.ofThisProcess().folder(customary));
    }

    /** The control socket of the workstation that runs: the one named, else the first that does. */
    Path runningSocket() {
        return socketOfRunning().orElseThrow(this::nobodyRuns);
    }

    /** The same; empty if none runs. */
    Optional<Path> socketOfRunning() {
        var places = StatePlaces.ofThisProcess();
        return places.running(named()).map(places::socket);
    }

    /** What is said where one has to run. */
    WorkstationFailure nobodyRuns() {
        return new WorkstationFailure(
                Reason.NOT_RUNNING,
                "no serve or demo is running%s; start one with 'private-llm serve' or 'private-llm demo'"
                        .formatted(state == null ? "" : " in " + state));
    }

    /** The folder to read where nobody has to run: the one named, else that of whoever runs, else the first of this kind. */
    Optional<Path> known(Predicate<Path> kind) {
        var places = StatePlaces.ofThisProcess();
        return named().or(() -> places.running(Optional.empty()))
                .or(() -> Stream.of(StatePlaces.DEFAULT, StatePlaces.DEMO)
                        .map(places::folder)
                        .filter(kind)
                        .findFirst())
                .filter(kind);
    }
}
