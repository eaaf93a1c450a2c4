// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.bench.Figure;
import dev.privatellm.bench.Report;
import dev.privatellm.bench.Sample;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report of cold starts for people and for programs: each figure beside its goal, then where the time of a wake goes. */
final class ColdTable {
    private ColdTable() {}

    static void print(Report report, PrintWriter out) {
        for (Figure figure : report.figures()) {
            out.printf(
                    Locale.ROOT,
                    "%-48s %8s   goal %8s   %s%n",
                    figure.name(),
                    amount(figure.seen(), figure.unit()),
                    amount(figure.goal(), figure.unit()),
                    verdict(figure));
        }
        out.printf("%nA wake, in ms since the request was sent:%n");
        report.timeline().forEach((mark, sample) -> row(out, mark, sample));
        out.printf("of these, from ready as told to the engine:%n");
        row(out, "", report.fromReady());
        out.printf(Locale.ROOT, "%nload average now: %.2f%n", load());
    }

    /** What {@link #print} tells. */
    static Map<String, Object> json(Report report) {
        var json = new LinkedHashMap<String, Object>();
        json.put(
                "figures",
                report.figures().stream()
                        .map(figure -> Map.of(
                                "name", figure.name(),
                                "seen", figure.seen(),
                                "goal", figure.goal(),
                                "unit", figure.unit(),
                                "reached", figure.isReached()))
                        .toList());
        json.put(
                "timelineMillis",
                report.timeline().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                mark -> mark.getValue().values(),
                                (first, _) -> first,
                                LinkedHashMap::new)));
        json.put("fromReadyMillis", report.fromReady().values());
        json.put("loadAverage", load());
        return json;
    }

    private static void row(PrintWriter out, String what, Sample sample) {
        out.printf(
                Locale.ROOT,
                "%-52s median %6.0f   min %6.0f   p90 %6.0f   max %6.0f%n",
                what,
                sample.median(),
                sample.min(),
                sample.quantile(0.9),
                sample.max());
    }

    private static String amount(double value, String unit) {
        return Double.isNaN(value)
                ? "unknown"
                : String.format(Locale.ROOT, "%.0f %s", value, unit).strip();
    }

    private static String verdict(Figure figure) {
        if (Double.isNaN(figure.seen())) {
            return "";
        }
        return figure.isReached() ? "reached" : figure.promise() ? "BROKEN" : "missed";
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
