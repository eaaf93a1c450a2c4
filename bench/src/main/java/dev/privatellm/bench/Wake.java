// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** One wake: when each of its marks was passed, by the records of those who passed it, in milliseconds since the request was sent. */
record Wake(Map<Mark, Double> millis) {

    /** What a wake passes on its way, in order. */
    enum Mark {
        CERTIFICATES("certificates issued, bundle on its way to the secret"),
        START("start of the machine asked for"),
        FIREWALL("firewall rule asked for"),
        READY("guest ready: listens, and its model is loaded"),
        SAID("guest has told the controller so"),
        ENGINE("first byte at the engine");

        final String words;

        Mark(String words) {
            this.words = words;
        }
    }

    /**
     * Reads one from the records.
     *
     * @param sent when its request was sent
     * @param engine when that reached the engine
     */
    static Wake of(Instant sent, Instant engine, List<Emulator.Event> records) {
        List<Emulator.Event> own = records.stream()
                .filter(event -> event.at().isAfter(sent) && event.at().isBefore(engine))
                .toList();
        Map<Mark, Instant> moments = new EnumMap<>(Mark.class);
        moments.put(Mark.CERTIFICATES, first(own, what -> what.endsWith("AddSecretVersion")));
        moments.put(Mark.START, first(own, what -> what.startsWith("Instances.")));
        moments.put(Mark.FIREWALL, first(own, what -> what.startsWith("Firewalls.")));
        Instant listening = first(own, what -> what.startsWith("listening on "));
        Instant loaded = first(own, what -> what.startsWith("ready: "));
        moments.put(Mark.READY, listening.isAfter(loaded) ? listening : loaded);
        moments.put(Mark.SAID, first(own, what -> what.equals("said to be ready")));
        moments.put(Mark.ENGINE, engine);
        Map<Mark, Double> millis = new EnumMap<>(Mark.class);
        moments.forEach(
                (mark, at) -> millis.put(mark, Duration.between(sent, at).toNanos() / 1e6));
        return new Wake(millis);
    }

    private static Instant first(List<Emulator.Event> events, Predicate<String> what) {
        return events.stream()
                .filter(event -> what.test(event.what()))
                .findFirst()
                .map(Emulator.Event::at)
                .orElseThrow(() -> new IllegalStateException("a wake is recorded in part only: " + events));
    }

    double at(Mark mark) {
        return Objects.requireNonNull(millis.get(mark));
    }

    double between(Mark from, Mark to) {
        return at(to) - at(from);
    }
}
