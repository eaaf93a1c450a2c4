// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as people read it: one table of requests, one of claims. */
public final class TourTable {

    private static final String GAP = "  ";

    private TourTable() {}

    /** Ends with a line break. */
    public static String of(TourReport report) {
        List<List<String>> requests = new ArrayList<>();
        requests.add(List.of("API", "REQUEST", "WAIT", "TOKENS IN", "OUT", "COUNT", "ANSWER"));
        for (TourLine line : report.requests()) {
            requests.add(List.of(
                    line.api(),
                    line.path() + (line.streamed() ? " (stream)" : ""),
                    String.format(Locale.ROOT, "%.1f s", line.waitSeconds()),
                    count(line.inputTokens()),
                    count(line.outputTokens()),
                    line.confidence(),
                    line.firstWords()));
        }
        List<List<String>> claims = new ArrayList<>();
        claims.add(List.of("", "CLAIM", "EXPECTED", "SEEN"));
        for (Claim claim : report.proof()) {
            claims.add(List.of(claim.ok() ? "✓" : "✗", claim.claim(), claim.expected(), claim.seen()));
        }
        long failed = report.differences().size();
        String verdict = failed == 0
                ? "Everything claimed was seen."
                : failed + (failed == 1 ? " claim does" : " claims do") + " not hold.";
        return table(requests) + "\n" + table(claims) + "\n" + verdict + "\n";
    }

    private static String count(@Nullable Long tokens) {
        return tokens == null ? "-" : tokens.toString();
    }

    private static String table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i))
                        .repeat(' ', widths[i] - row.get(i).length())
                        .append(GAP);
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }
}
