// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.DeadManSwitch.BootKind;
import dev.privatellm.guest.DeadManSwitch.Kept;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file in which the dead man's switch outlasts this program, in a folder that lasts as long as the boot. One line, {@code BEAT KIND DUE}: the uptime in seconds of the last heartbeat or
 * {@code none}; {@code first}, {@code later} or {@code unknown}; the uptime at which the machine is to be off or {@code never}. The script {@code dead-man.sh} reads it too, as root, and acts
 * when this program does not. It is replaced as a whole, hence never half a line. Not thread-safe.
 */
final class DeadManRecord {
    /** Between two writes: a heartbeat that a crash takes with it is at most so much younger than the one that is known. */
    static final Duration PERIOD = Duration.ofSeconds(5);

    private static final Pattern LINE = Pattern.compile("(none|[0-9]{1,9}) (first|later|unknown) (never|[0-9]{1,9})\n");
    /** Longer than any line. */
    private static final int MOST_BYTES = 100;

    private final Optional<Path> file;
    private final Time time;
    private final Journal journal;
    private String written = "";
    private Optional<Long> writtenAt = Optional.empty();
    private boolean isFailing;

    /** @param file empty where nothing is kept: the start of the program is the boot */
    DeadManRecord(Optional<Path> file, Time time, Journal journal) {
        this.file = file;
        this.time = time;
        this.journal = journal;
    }

    /** What an earlier start of this program wrote; empty if there was none, and if it cannot be what one wrote by now. */
    Optional<Kept> read(Duration uptime) {
        if (file.isEmpty() || !Files.exists(file.get())) {
            return Optional.empty();
        }
        Optional<Kept> kept;
        try (var stream = Files.newInputStream(file.get())) {
            kept = parse(new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            kept = Optional.empty();
        }
        kept = kept.filter(known -> known.beat().orElse(Duration.ZERO).compareTo(uptime) <= 0);
        journal.say(
                kept.isEmpty()
                        ? "what was kept of the dead man's switch cannot be read: as if no controller had been heard"
                        : "the dead man's switch goes on where it was");
        return kept;
    }

    private static Optional<Kept> parse(String text) {
        Matcher line = LINE.matcher(text);
        return line.matches()
                ? Optional.of(new Kept(
                        seconds(line.group(1)),
                        BootKind.valueOf(line.group(2).toUpperCase(Locale.ROOT)),
                        seconds(line.group(3))))
                : Optional.empty();
    }

    private static Optional<Duration> seconds(String word) {
        return Character.isDigit(word.charAt(0))
                ? Optional.of(Duration.ofSeconds(Long.parseLong(word)))
                : Optional.empty();
    }

    /** Writes this down if it is new, at most once in {@link #PERIOD}. A failure is told once and repaired by the next call that succeeds. */
    void keep(Kept kept) {
        String line = kept.beat().map(Duration::toSeconds).map(String::valueOf).orElse("none")
                + " " + kept.kind().name().toLowerCase(Locale.ROOT)
                + " " + kept.due().map(Duration::toSeconds).map(String::valueOf).orElse("never") + "\n";
        boolean isSoon =
                writtenAt.filter(at -> time.nanos() - at < PERIOD.toNanos()).isPresent();
        if (file.isEmpty() || isSoon || line.equals(written)) {
            return;
        }
        try {
            Path next = file.get().resolveSibling(file.get().getFileName() + ".new");
            Files.writeString(next, line);
            Files.move(next, file.get(), StandardCopyOption.ATOMIC_MOVE);
            written = line;
            writtenAt = Optional.of(time.nanos());
            isFailing = false;
        } catch (IOException e) {
            if (!isFailing) {
                journal.say("the dead man's switch cannot be written down: "
                        + e.getClass().getSimpleName());
            }
            isFailing = true;
        }
    }
}
