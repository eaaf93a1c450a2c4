// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The word that somebody probably meant. */
final class Nearest {
    private Nearest() {}

    /** The closest candidate by edit distance; empty if none is close enough to be a slip of the finger. */
    static Optional<String> of(String word, Set<String> candidates) {
        return candidates.stream()
                .filter(candidate -> distance(word, candidate) <= Math.max(2, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** Levenshtein's distance, by rows. */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1)) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + same);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
