// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long past wakes took, first boots apart from later ones, and how many failed since one succeeded.
 *
 * @param firstBootSeconds oldest first, at most {@value #KEPT}
 * @param laterBootSeconds oldest first, at most {@value #KEPT}
 */
public record BootHistory(List<Double> firstBootSeconds, List<Double> laterBootSeconds, int failuresInARow) {
    static final int KEPT = 32;

    static final BootHistory NONE = new BootHistory(List.of(), List.of(), 0);

    public BootHistory {
        firstBootSeconds = List.copyOf(firstBootSeconds);
        laterBootSeconds = List.copyOf(laterBootSeconds);
    }

    BootHistory served(boolean firstBoot, Duration took) {
        double seconds = took.toMillis() / 1000.0;
        return firstBoot
                ? new BootHistory(append(firstBootSeconds, seconds), laterBootSeconds, 0)
                : new BootHistory(firstBootSeconds, append(laterBootSeconds, seconds), 0);
    }

    BootHistory failed() {
        return new BootHistory(firstBootSeconds, laterBootSeconds, failuresInARow + 1);
    }

    BootHistory forgiven() {
        return new BootHistory(firstBootSeconds, laterBootSeconds, 0);
    }

    /** The time that this share of past wakes took at most; empty without any past wake of that sort. */
    public Optional<Duration> quantile(double share, boolean firstBoot) {
        List<Double> sorted = (firstBoot ? firstBootSeconds : laterBootSeconds)
                .stream().sorted().toList();
        if (sorted.isEmpty()) {
            return Optional.empty();
        }
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return Optional.of(Duration.ofMillis(Math.round(sorted.get(Math.max(0, index)) * 1000)));
    }

    private static List<Double> append(List<Double> list, double value) {
        List<Double> longer = new ArrayList<>(list);
        longer.add(value);
        return longer.size() > KEPT ? longer.subList(longer.size() - KEPT, longer.size()) : longer;
    }
}
