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
 * @param wakes the same wakes by their stages, oldest first, at most {@value #KEPT} of each kind
 */
public record BootHistory(
        List<Double> firstBootSeconds, List<Double> laterBootSeconds, int failuresInARow, List<PastWake> wakes) {
    static final int KEPT = 32;

    static final BootHistory NONE = new BootHistory(List.of(), List.of(), 0, List.of());

    /** A wake that succeeded. */
    public record PastWake(boolean firstBoot, List<StageTime> stages) {
        public PastWake {
            stages = List.copyOf(stages);
        }

        /** Seconds from the beginning of this stage until it served; empty if it had no such stage. */
        private Optional<Double> from(String stage) {
            int begin = stages.stream().map(StageTime::stage).toList().indexOf(stage);
            return begin < 0
                    ? Optional.empty()
                    : Optional.of(stages.stream()
                            .skip(begin)
                            .mapToDouble(StageTime::seconds)
                            .sum());
        }

        private Optional<Double> of(String stage) {
            return stages.stream()
                    .filter(time -> time.stage().equals(stage))
                    .map(StageTime::seconds)
                    .findFirst();
        }
    }

    public BootHistory {
        firstBootSeconds = List.copyOf(firstBootSeconds);
        laterBootSeconds = List.copyOf(laterBootSeconds);
        // A record that was written before stages were kept is one without any.
        wakes = wakes == null ? List.of() : List.copyOf(wakes);
    }

    BootHistory served(boolean firstBoot, Duration took) {
        double seconds = took.toMillis() / 1000.0;
        return firstBoot
                ? new BootHistory(append(firstBootSeconds, seconds), laterBootSeconds, 0, wakes)
                : new BootHistory(firstBootSeconds, append(laterBootSeconds, seconds), 0, wakes);
    }

    BootHistory failed() {
        return new BootHistory(firstBootSeconds, laterBootSeconds, failuresInARow + 1, wakes);
    }

    BootHistory forgiven() {
        return new BootHistory(firstBootSeconds, laterBootSeconds, 0, wakes);
    }

    BootHistory witnessed(boolean firstBoot, List<StageTime> stages) {
        List<PastWake> next = new ArrayList<>(wakes);
        next.add(new PastWake(firstBoot, stages));
        List<PastWake> ofItsKind =
                next.stream().filter(wake -> wake.firstBoot() == firstBoot).toList();
        if (ofItsKind.size() > KEPT) {
            next.remove(ofItsKind.getFirst());
        }
        return new BootHistory(firstBootSeconds, laterBootSeconds, failuresInARow, next);
    }

    /** A stage of a kind of wakes. */
    public record Stage(String stage, boolean firstBoot) {}

    /** Stages that past wakes had, first boots apart, in the order in which they were first seen. */
    public List<Stage> stages() {
        return wakes.stream()
                .flatMap(wake -> wake.stages().stream().map(time -> new Stage(time.stage(), wake.firstBoot())))
                .distinct()
                .toList();
    }

    /** The time that this share of past wakes of a kind took at most from the beginning of a stage until they served; empty if none had it. */
    public Optional<Duration> rest(String stage, double share, boolean firstBoot) {
        return quantile(
                wakes.stream()
                        .filter(wake -> wake.firstBoot() == firstBoot)
                        .flatMap(wake -> wake.from(stage).stream())
                        .toList(),
                share);
    }

    /** The time that this share of past wakes of a kind spent in a stage at most; empty if none had it. */
    public Optional<Duration> stage(String stage, double share, boolean firstBoot) {
        return quantile(
                wakes.stream()
                        .filter(wake -> wake.firstBoot() == firstBoot)
                        .flatMap(wake -> wake.of(stage).stream())
                        .toList(),
                share);
    }

    /** The time that this share of past wakes took at most; empty without any past wake of that sort. */
    public Optional<Duration> quantile(double share, boolean firstBoot) {
        return quantile(firstBoot ? firstBootSeconds : laterBootSeconds, share);
    }

    private static Optional<Duration> quantile(List<Double> seconds, double share) {
        List<Double> sorted = seconds.stream().sorted().toList();
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
