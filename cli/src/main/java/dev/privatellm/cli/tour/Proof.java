// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Checks what we say of the tour against what the emulated cloud and its engines recorded. Pure: every fact comes in, the report goes out.
 */
public final class Proof {

    /** Secret versions that may stay: the one of the last boot and the one before it. */
    private static final long MAX_SECRET_VERSIONS = 2;

    /** Most that may be added to the machine's own boot: the shortest patience of a client that is known (60 s). How little it should be is measured elsewhere, on an idle machine. */
    private static final long MAX_OVERHEAD_MS = 60_000;

    /** Two measurements of the same run may differ by this much: they are taken by two parties. */
    private static final double SECONDS_TOLERANCE = 5;

    private final Duration boot;
    private final Optional<OwnBill> ownBill;

    /**
     * What we ourselves believe to owe.
     *
     * @param seconds machine seconds
     * @param cost USD
     */
    public record OwnBill(double seconds, double cost) {}

    /**
     * @param boot how long the emulated machine takes from insert to serving
     * @param ownBill our own account of the run; without it the emulator's bill is checked against the time that the tour saw
     */
    public Proof(Duration boot, Optional<OwnBill> ownBill) {
        this.boot = boot;
        this.ownBill = ownBill;
    }

    /**
     * The report of a tour whose machine sleeps again.
     *
     * @param counts the gateway's count by request id
     * @param footprint what the machine stood on, and what is left of it
     * @param now when the records were read
     */
    public TourReport report(
            List<TourAnswer> answers,
            Map<String, CountedUsage.Counted> counts,
            CloudRecord cloud,
            Footprint footprint,
            Instant now) {
        List<TourLine> lines = answers.stream()
                .map(answer -> line(answer, Optional.ofNullable(counts.get(answer.requestId()))))
                .toList();
        Instant first = answers.stream()
                .map(TourAnswer::sentAt)
                .min(Comparator.naturalOrder())
                .orElse(now);
        List<EngineCount> engine = ofTour(answers, cloud.engine());
        long overhead = overhead(first, engine);

        List<Claim> claims = new ArrayList<>();
        claims.add(Claim.exactly("machines created", 1, cloud.machinesCreated()));
        claims.add(Claim.exactly("wakes", 1, cloud.machineStarts()));
        claims.add(answered(answers, engine));
        claims.add(tokens(lines, engine));
        claims.add(Claim.exactly("machines running", 0, cloud.machinesRunning()));
        claims.add(Claim.exactly("firewall rules", 0, cloud.firewallRules()));
        claims.add(Claim.atMost("secret versions", MAX_SECRET_VERSIONS, cloud.liveSecretVersions()));
        claims.add(keyStayed(cloud.outbound()));
        cloud.outbound()
                .privateKeys()
                .ifPresent(found -> claims.add(Claim.exactly("private keys in any outbound byte", 0, found)));
        claims.add(made(footprint));
        claims.add(
                Claim.exactly("left after private-llm down", 0, footprint.left().size()));
        claims.add(seconds(cloud, Duration.between(first, now)));
        claims.add(cost(cloud));
        claims.add(new Claim(
                "overhead beyond the machine's own boot (ms)",
                "≤ " + MAX_OVERHEAD_MS,
                engine.isEmpty() ? "no request reached the engine" : Long.toString(overhead),
                !engine.isEmpty() && overhead <= MAX_OVERHEAD_MS));
        return new TourReport(TourReport.SCHEMA, lines, claims, overhead, cloud.cost());
    }

    private static TourLine line(TourAnswer answer, Optional<CountedUsage.Counted> counted) {
        return new TourLine(
                answer.api(),
                answer.path(),
                answer.streamed(),
                answer.waited().toMillis() / 1000.0,
                counted.filter(c -> c.inputTokens().isPresent())
                        .map(c -> c.inputTokens().getAsLong())
                        .orElse(null),
                counted.filter(c -> c.outputTokens().isPresent())
                        .map(c -> c.outputTokens().getAsLong())
                        .orElse(null),
                counted.map(CountedUsage.Counted::confidence).orElse("none"),
                answer.problem().orElse(answer.firstWords()));
    }

    /** What the engine did for the paths of the tour; loading a model and asking for its name count nothing. */
    private static List<EngineCount> ofTour(List<TourAnswer> answers, List<EngineCount> engine) {
        List<String> paths = answers.stream().map(TourAnswer::path).distinct().toList();
        return engine.stream()
                .filter(row -> paths.contains(row.path()))
                .filter(row ->
                        row.inputTokens().isPresent() || row.outputTokens().isPresent())
                .toList();
    }

    private static Claim answered(List<TourAnswer> answers, List<EngineCount> engine) {
        long good = answers.stream().filter(TourAnswer::isAnswered).count();
        long whole = engine.stream()
                .filter(row -> row.complete() && row.status() == 200)
                .count();
        String expected = Tour.REQUESTS + " of " + Tour.REQUESTS;
        String seen = good + " of " + answers.size();
        if (whole != good) {
            seen += ", the engine finished " + whole;
        }
        String problem = answers.stream()
                .filter(answer -> !answer.isAnswered())
                .map(answer -> "; " + answer.path() + ": " + answer.problem().orElse(""))
                .findFirst()
                .orElse("");
        return new Claim("answered", expected, seen + problem, seen.equals(expected));
    }

    /** Sums are shown; what decides is that each request's own figures are the engine's, and exact. */
    private static Claim tokens(List<TourLine> lines, List<EngineCount> engine) {
        Map<String, Integer> open = new HashMap<>();
        long engineInput = 0;
        long engineOutput = 0;
        for (EngineCount row : engine) {
            long input = row.inputTokens().orElse(0);
            long output = row.outputTokens().orElse(0);
            engineInput += input;
            engineOutput += output;
            open.merge(row.path() + " " + input + "/" + output, 1, Integer::sum);
        }
        long input = 0;
        long output = 0;
        boolean exact = !lines.isEmpty();
        for (TourLine line : lines) {
            long in = line.inputTokens() == null ? 0 : line.inputTokens();
            long out = line.outputTokens() == null ? 0 : line.outputTokens();
            input += in;
            output += out;
            exact &= line.confidence().equals("exact");
            open.merge(line.path() + " " + in + "/" + out, -1, Integer::sum);
        }
        boolean same = open.values().stream().allMatch(difference -> difference == 0);
        String seen = input + " in, " + output + " out" + (exact ? "" : ", not all exact")
                + (same ? "" : ", not the same requests");
        return new Claim(
                "tokens counted = tokens the engine reports",
                engineInput + " in, " + engineOutput + " out",
                seen,
                same && exact);
    }

    private static Claim made(Footprint footprint) {
        return new Claim(
                "made for the machine",
                String.join(", ", footprint.recorded()),
                footprint.made().isEmpty() ? "nothing" : String.join(", ", footprint.made()),
                !footprint.made().isEmpty() && footprint.made().equals(footprint.recorded()));
    }

    private static Claim keyStayed(CloudRecord.Outbound outbound) {
        String seen = outbound.keyPieces() + " in " + outbound.bytes() + " bytes";
        return new Claim(
                "CA key found in any outbound byte",
                "0",
                outbound.complete() ? seen : seen + ", and some were not recorded",
                outbound.keyPieces() == 0 && outbound.bytes() > 0 && outbound.complete());
    }

    private Claim seconds(CloudRecord cloud, Duration toured) {
        double billed = cloud.secondsBilled();
        double most = toured.toMillis() / 1000.0 + SECONDS_TOLERANCE;
        return ownBill.map(own -> new Claim(
                        "seconds billed",
                        String.format(Locale.ROOT, "%.1f ± %.0f by our own account", own.seconds(), SECONDS_TOLERANCE),
                        String.format(Locale.ROOT, "%.1f", billed),
                        Math.abs(own.seconds() - billed) <= SECONDS_TOLERANCE))
                .orElseGet(() -> new Claim(
                        "seconds billed",
                        String.format(Locale.ROOT, "> 0 and ≤ %.1f, the tour's own time", most),
                        String.format(Locale.ROOT, "%.1f", billed),
                        billed > 0 && billed <= most));
    }

    private Claim cost(CloudRecord cloud) {
        double cost = cloud.cost();
        double perSecond = cloud.secondsBilled() == 0 ? 0 : cost / cloud.secondsBilled();
        return ownBill.map(own -> new Claim(
                        "cost (USD)",
                        String.format(Locale.ROOT, "%.4f by our own account", own.cost()),
                        String.format(Locale.ROOT, "%.4f", cost),
                        Math.abs(own.cost() - cost) <= perSecond * SECONDS_TOLERANCE))
                .orElseGet(() -> new Claim(
                        "cost (USD)",
                        String.format(Locale.ROOT, "> 0, %.4f an hour", perSecond * 3600),
                        String.format(Locale.ROOT, "%.4f", cost),
                        cost > 0));
    }

    /** From the first request to the moment at which the engine began with one, less the boot that nobody can avoid; never below 0. */
    private long overhead(Instant first, List<EngineCount> engine) {
        return engine.stream()
                .map(EngineCount::startedAt)
                .min(Comparator.naturalOrder())
                .map(begun -> Duration.between(first, begun).minus(boot).toMillis())
                .map(overhead -> Math.max(0, overhead))
                .orElse(0L);
    }
}
