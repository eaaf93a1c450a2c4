// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Block;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bill of evidence of one wake: who asked, what it went through and what the cloud was asked for, so that nobody has to guess why a run was paid for.
 *
 * @param askedBy reason of the decision to wake, {@code RequestsWaiting}, {@code WokenByHand}, {@code WindowOpen}
 * @param calls mutations that were sent under an id, oldest first, the first {@value #KEPT}
 * @param refused offerings that the cloud refused meanwhile, the first {@value #KEPT}
 * @param stages how long each stage took, in the order in which they were first reached; a stage that was tried again counts once, with all its time
 * @param current the stage it is in; empty once it serves
 * @param servedAt when it served; empty until then
 * @param run the run that it led to; empty until the cloud gave a machine power
 */
public record Wake(
        String askedBy,
        Instant askedAt,
        List<Call> calls,
        List<Block> refused,
        List<StageTime> stages,
        Optional<Current> current,
        Optional<Instant> servedAt,
        Optional<Long> run) {
    /** Between the ask and the first request for a machine: certificates, bundle, what a machine stands on, refused offerings. */
    public static final String PREPARING = "preparing";

    static final int KEPT = 64;

    /** A mutation as the cloud's own logs have it. */
    public record Call(EffectKind kind, String target, String requestId, Instant at) {}

    /** The stage it is in, and since when. */
    public record Current(String stage, Instant since) {}

    public Wake {
        calls = List.copyOf(calls);
        refused = List.copyOf(refused);
        stages = List.copyOf(stages);
    }

    static Wake asked(String by, Instant at) {
        return new Wake(
                by,
                at,
                List.of(),
                List.of(),
                List.of(),
                Optional.of(new Current(PREPARING, at)),
                Optional.empty(),
                Optional.empty());
    }

    /** How long whoever asked had to wait; empty until it served. */
    public Optional<Double> waitedSeconds() {
        return servedAt.map(at -> seconds(askedAt, at));
    }

    Wake called(List<Call> more) {
        return new Wake(askedBy, askedAt, longer(calls, more), refused, stages, current, servedAt, run);
    }

    Wake refused(List<Block> more) {
        return new Wake(askedBy, askedAt, calls, longer(refused, more), stages, current, servedAt, run);
    }

    Wake leadingTo(Optional<Long> newRun) {
        return new Wake(askedBy, askedAt, calls, refused, stages, current, servedAt, newRun.or(() -> run));
    }

    Wake reaching(String stage, Instant now) {
        return current.filter(at -> at.stage().equals(stage)).isPresent()
                ? this
                : new Wake(
                        askedBy,
                        askedAt,
                        calls,
                        refused,
                        closed(now),
                        Optional.of(new Current(stage, now)),
                        servedAt,
                        run);
    }

    Wake serving(Instant now) {
        return new Wake(askedBy, askedAt, calls, refused, closed(now), Optional.empty(), Optional.of(now), run);
    }

    private List<StageTime> closed(Instant now) {
        if (current.isEmpty()) {
            return stages;
        }
        String stage = current.get().stage();
        double took = seconds(current.get().since(), now);
        List<StageTime> next = new ArrayList<>(stages);
        int known = stages.stream().map(StageTime::stage).toList().indexOf(stage);
        if (known < 0) {
            next.add(new StageTime(stage, took));
        } else {
            next.set(known, new StageTime(stage, stages.get(known).seconds() + took));
        }
        return next;
    }

    private static <T> List<T> longer(List<T> list, List<T> more) {
        List<T> all = new ArrayList<>(list);
        all.addAll(more);
        return all.size() > KEPT ? all.subList(0, KEPT) : all;
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis()) / 1000.0;
    }
}
