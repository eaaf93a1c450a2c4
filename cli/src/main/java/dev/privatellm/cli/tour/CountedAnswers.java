// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Collects the gateway's counts for the answers of a tour. A row is written when an exchange has ended, which its client may know a moment earlier. */
public final class CountedAnswers {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration PERIOD = Duration.ofMillis(20);

    private CountedAnswers() {}

    /** Counts by request id; one that is still missing after 5 s is left out. */
    public static Map<String, CountedUsage.Counted> of(List<TourAnswer> answers, CountedUsage counted, Clock clock) {
        Map<String, CountedUsage.Counted> counts = new HashMap<>();
        Instant end = clock.instant().plus(DEADLINE);
        for (TourAnswer answer : answers) {
            String id = answer.requestId();
            while (!id.isEmpty() && !counts.containsKey(id)) {
                counted.of(id).ifPresent(count -> counts.put(id, count));
                if (counts.containsKey(id) || clock.instant().isAfter(end)) {
                    break;
                }
                LockSupport.parkNanos(PERIOD.toNanos());
            }
        }
        return counts;
    }
}
