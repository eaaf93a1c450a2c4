// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.cli.workstation.Progress;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One line per stage with elapsed time and, once past boots allow it, the time that is left. On a terminal the last line is rewritten while its stage
 * lasts; elsewhere each stage is written once.
 */
final class Stages implements AutoCloseable {
    private final PrintStream out;
    private final boolean isTerminal;
    private final Clock clock;
    private final Instant startedAt;
    private final ScheduledExecutorService refresher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stages").factory());
    private Optional<Progress> shown = Optional.empty();

    Stages(PrintStream out, boolean isTerminal, Clock clock) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.clock = clock;
        this.startedAt = clock.instant();
        if (isTerminal) {
            var _ = refresher.scheduleAtFixedRate(this::refresh, 1, 1, TimeUnit.SECONDS);
        }
    }

    synchronized void show(Progress progress) {
        var isSameStage = shown.filter(
                        last -> last.phase() == progress.phase() && last.stage().equals(progress.stage()))
                .isPresent();
        if (isTerminal) {
            out.print(isSameStage || shown.isEmpty() ? "\r\033[K" : "\n");
            out.print(line(progress));
        } else if (!isSameStage) {
            out.println(line(progress));
        }
        out.flush();
        shown = Optional.of(progress);
    }

    /** Ends the line under way, so that other output begins on its own. */
    synchronized void pause() {
        if (isTerminal && shown.isPresent()) {
            out.println();
            out.flush();
            shown = Optional.empty();
        }
    }

    @Override
    public void close() {
        refresher.shutdownNow();
        pause();
    }

    private String line(Progress progress) {
        var now = clock.instant();
        var left = progress.wakeStarted()
                .flatMap(started ->
                        progress.etaP50Seconds().map(eta -> eta - seconds(Duration.between(progress.at(), now))))
                .filter(seconds -> seconds > 0)
                .map(seconds -> String.format(Locale.ROOT, ", about %.0f s left", seconds))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%7.1f s  %-9s %s%s",
                seconds(Duration.between(startedAt, now)),
                progress.phase().word(),
                progress.message(),
                left);
    }

    /** Keeps elapsed and remaining time true while nothing else happens. */
    private synchronized void refresh() {
        shown.filter(progress -> progress.wakeStarted().isPresent()).ifPresent(this::show);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
