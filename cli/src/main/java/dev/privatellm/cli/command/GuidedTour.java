// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Security;
import dev.privatellm.cli.tour.CountedAnswers;
import dev.privatellm.cli.tour.CountedUsage;
import dev.privatellm.cli.tour.EmulatorRecords;
import dev.privatellm.cli.tour.Footprint;
import dev.privatellm.cli.tour.KeySearch;
import dev.privatellm.cli.tour.Proof;
import dev.privatellm.cli.tour.Tour;
import dev.privatellm.cli.tour.TourAnswer;
import dev.privatellm.cli.tour.TourModels;
import dev.privatellm.cli.tour.TourReport;
import dev.privatellm.cli.tour.TourTable;
import dev.privatellm.cli.workstation.Workstation;
import dev.privatellm.controller.status.Phase;
import dev.privatellm.controller.status.ResourceStatus;
import dev.privatellm.lab.gcp.GoogleCloud;
import dev.privatellm.machine.pki.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Runs the tour against a running demo, waits for sleep, and prints the proof. */
final class GuidedTour {
    /** On top of boot and idle time: for nine answers, a slow machine, and the way to sleep. */
    private static final Duration SPARE = Duration.ofMinutes(5);

    private static final Duration KEYS_DEADLINE = Duration.ofMinutes(2);
    /** What is made for a machine and can be removed again. */
    private static final Set<String> OF_THE_FOOTPRINT =
            Set.of("APIS", "NETWORK", "SUBNET", "ACCOUNT", "BUCKET", "ARCHIVE", "SECRET");

    private static final Duration LOOK_PERIOD = Duration.ofMillis(20);

    private final PrivateLlm document;
    private final RehearsalOptions rehearsal;
    private final Path stateFolder;
    private final CountedUsage counted;
    private final Stages stages;
    private final OutputForm form;
    private final PrintWriter out;
    private final Clock clock = Clock.systemUTC();

    GuidedTour(
            PrivateLlm document,
            RehearsalOptions rehearsal,
            Path stateFolder,
            CountedUsage counted,
            Stages stages,
            OutputForm form,
            PrintWriter out) {
        this.document = document;
        this.rehearsal = rehearsal;
        this.stateFolder = stateFolder;
        this.counted = counted;
        this.stages = stages;
        this.form = form;
        this.out = out;
    }

    /** Returns the exit code: 0 if every claim holds. */
    int run(Workstation workstation, GoogleCloud cloud) throws IOException, InterruptedException {
        awaitKeys(workstation);
        var patience = rehearsal.boot().plus(SPARE);
        var answers = new Tour(URI.create(workstation.status().url()), patience, clock).run(models(), this::tell);
        var counts = CountedAnswers.of(answers, counted, clock);
        await(
                Phase.STOPPED,
                workstation,
                Duration.ofSeconds(document.spec().power().idleTimeoutSeconds()).plus(SPARE));
        var records = new EmulatorRecords(
                cloud.baseUri(), cloud.token(), document.spec().provider().gcp().projectId());
        var report = new Proof(rehearsal.boot(), workstation.status().status().flatMap(GuidedTour::ownBill))
                .report(
                        answers,
                        counts,
                        records.read(KeySearch.of(authorityKey()), isEveryKeyBornWhereItStays()),
                        footprint(workstation, records),
                        clock.instant());
        stages.pause();
        print(report);
        report.differences()
                .forEach(claim -> System.err.println("does not hold: " + claim.claim() + ", expected "
                        + claim.expected() + ", seen " + claim.seen()));
        return report.differences().isEmpty() ? ExitCodes.DONE : ExitCodes.INTERNAL;
    }

    private void print(TourReport report) {
        switch (form) {
            case human -> out.print(TourTable.of(report));
            case json ->
                out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report));
        }
        out.flush();
    }

    private TourModels models() throws IOException, InterruptedException {
        var model = document.spec().model();
        var engine = rehearsal.engine();
        if (engine.isEmpty()) {
            return TourModels.only(model.name());
        }
        try {
            return TourModels.of(engine.get(), rehearsal.models());
        } catch (ConnectException | HttpTimeoutException nobody) {
            throw new CommandFailure(
                    ExitCodes.UNREACHABLE, "--engine: nobody answers at %s; start it first".formatted(engine.get()));
        } catch (IOException unusable) {
            throw new CommandFailure(ExitCodes.INVALID, "--engine: " + unusable.getMessage());
        }
    }

    private void tell(TourAnswer answer) {
        stages.pause();
        System.err.printf(
                Locale.ROOT,
                "           answered  %s %s after %.1f s: %s%n",
                answer.api(),
                answer.path(),
                answer.waited().toMillis() / 1000.0,
                answer.problem().orElse(answer.firstWords()));
    }

    /** Keys are made once, ahead of need; a tour that began before would measure their making. */
    private void awaitKeys(Workstation workstation) {
        System.err.printf(
                "making %s keys ahead of need, some seconds …%n",
                document.spec().security().keyAlgorithm().name().replace('_', '-'));
        var end = System.nanoTime() + KEYS_DEADLINE.toNanos();
        while (!workstation.hasSpareKeys() && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_PERIOD.toNanos());
        }
    }

    /** Looks at what was made, has it removed, and looks again. */
    private static Footprint footprint(Workstation workstation, EmulatorRecords records)
            throws IOException, InterruptedException {
        var recorded = workstation.status().status().stream()
                .flatMap(status -> status.external().stream())
                .map(ResourceStatus.ExternalStatus::kind)
                .filter(OF_THE_FOOTPRINT::contains)
                .map(kind -> kind.toLowerCase(Locale.ROOT))
                .toList();
        var made = new ArrayList<>(records.standing());
        made.removeIf(word -> !OF_THE_FOOTPRINT.contains(word.toUpperCase(Locale.ROOT)));
        if (records.areApisEnabled()) {
            made.add("apis");
        }
        workstation.remove();
        await(Phase.PENDING, workstation, SPARE);
        return new Footprint(recorded, made, records.standing());
    }

    private static void await(Phase phase, Workstation workstation, Duration deadline) throws InterruptedException {
        var reached = new CountDownLatch(1);
        try (var _ = workstation.watch(progress -> {
            if (progress.phase() == phase) {
                reached.countDown();
            }
        })) {
            if (!reached.await(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CommandFailure(
                        ExitCodes.TIMED_OUT, "the machine was not %s within %s".formatted(phase.word(), deadline));
            }
        }
    }

    private static Optional<Proof.OwnBill> ownBill(ResourceStatus status) {
        return status.cost().usd().map(usd -> new Proof.OwnBill(status.cost().machineSeconds(), usd.doubleValue()));
    }

    private boolean isEveryKeyBornWhereItStays() {
        return document.spec().security().serverKey() == Security.ServerKey.CSR;
    }

    private java.security.PrivateKey authorityKey() throws IOException {
        var name = document.metadata().namespace() + "." + document.metadata().name();
        var file = stateFolder.resolve("resources").resolve(name).resolve("ca.pem");
        try {
            return Pem.identities(Files.readString(file)).getFirst().key();
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException("ca.pem is not an authority", unreadable);
        }
    }
}
