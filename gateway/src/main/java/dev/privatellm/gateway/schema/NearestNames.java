// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant who named a model that is not there. */
public final class NearestNames {
    private static final int SUGGESTIONS = 3;

    private NearestNames() {}

    /** The three names nearest to {@code asked} by edit distance, nearest first, case ignored; of two equally near the one that begins alike. */
    public static List<String> of(String asked, Collection<String> names) {
        String wanted = asked.toLowerCase(Locale.ROOT);
        return names.stream()
                .distinct()
                .sorted(Comparator.<String>comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT)))
                        .thenComparingInt(name -> -commonPrefix(wanted, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SUGGESTIONS)
                .toList();
    }

    /** The failure to answer with. */
    public static Failure failure(String asked, Collection<String> names) {
        List<String> near = of(asked, names);
        String hint = near.isEmpty() ? "no model is known here" : "did you mean " + String.join(", ", near) + "?";
        return Failure.of(Reason.UNKNOWN_MODEL, "model \"" + asked + "\" not found; " + hint);
    }

    private static int commonPrefix(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int same = 0;
        while (same < length && one.charAt(same) == other.charAt(same)) {
            same++;
        }
        return same;
    }

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
