// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What was measured.
 *
 * @param toEngine request sent to first byte at the engine
 * @param fromReady guest has told the controller that it is ready, to first byte at the engine
 * @param timeline marks of a wake, in order, by what they say; in milliseconds since the request was sent
 */
public record Report(
        Sample toEngine, Sample fromReady, Map<String, Sample> timeline, Crowd crowd, OptionalLong residentBytes) {

    private static final double TO_ENGINE_MILLIS = 1000;
    private static final double FROM_READY_MILLIS = 50;
    private static final double RESIDENT_MB = 320;

    /** Many clients at one boot. */
    public record Crowd(int clients, int answered, int wakes) {}

    static Report of(List<Wake> wakes, Crowd crowd, OptionalLong residentBytes) {
        Map<String, Sample> timeline = new LinkedHashMap<>();
        Arrays.stream(Wake.Mark.values())
                .forEach(mark -> timeline.put(
                        mark.words,
                        new Sample(wakes.stream().map(wake -> wake.at(mark)).toList())));
        return new Report(
                new Sample(wakes.stream().map(wake -> wake.at(Wake.Mark.ENGINE)).toList()),
                new Sample(wakes.stream()
                        .map(wake -> wake.between(Wake.Mark.SAID, Wake.Mark.ENGINE))
                        .toList()),
                timeline,
                crowd,
                residentBytes);
    }

    /** The figures that there are goals for. */
    public List<Figure> figures() {
        return List.of(
                new Figure(
                        "request in → first byte at the engine, median",
                        toEngine.median(),
                        TO_ENGINE_MILLIS,
                        "ms",
                        false),
                new Figure(
                        "guest ready → first byte at the engine, median",
                        fromReady.median(),
                        FROM_READY_MILLIS,
                        "ms",
                        false),
                new Figure("wakes for %d clients at one boot".formatted(crowd.clients()), crowd.wakes(), 1, "", true),
                new Figure(
                        "clients lost of %d".formatted(crowd.clients()),
                        crowd.clients() - crowd.answered(),
                        0,
                        "",
                        true),
                new Figure(
                        "resident memory of serve",
                        residentBytes.isPresent() ? residentBytes.getAsLong() / 1e6 : Double.NaN,
                        RESIDENT_MB,
                        "MB",
                        false));
    }

    /** Whether all that is promised was kept: one wake, nobody lost. */
    public boolean isSound() {
        return figures().stream().allMatch(figure -> figure.isReached() || !figure.promise());
    }
}
