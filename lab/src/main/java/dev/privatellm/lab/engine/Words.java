// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.util.List;

/**
 * The double's language: sentences of nine words, each word one token. Some words are awkward on purpose: two, three and four bytes of UTF-8, a quote, a
 * line break.
 */
final class Words {

    private static final List<String> ARTICLES = List.of("the", "a", "every", "no", "this", "one");
    private static final List<String> ADJECTIVES =
            List.of("quiet", "naïve", "warm", "patient", "silver", "\"private\"", "old", "sleepy", "green", "honest");
    private static final List<String> NOUNS = List.of(
            "machine",
            "lighthouse",
            "token",
            "river",
            "key",
            "café",
            "bird",
            "λ",
            "stranger",
            "bridge",
            "garden",
            "story",
            "東京",
            "door",
            "fan",
            "🙂");
    private static final List<String> VERBS =
            List.of("counts", "wakes", "crosses", "keeps", "follows", "paints", "answers", "forgets");
    private static final List<String> ADVERBS = List.of("slowly", "twice", "at night", "gladly", "once", "again");
    private static final List<String> PREPOSITIONS = List.of("under", "behind", "beside", "after", "without", "near");

    /** What stands where in a sentence. */
    private static final List<List<String>> SENTENCE =
            List.of(ARTICLES, ADJECTIVES, NOUNS, VERBS, ADVERBS, PREPOSITIONS, ARTICLES, ADJECTIVES, NOUNS);

    private Words() {}

    /** Word number {@code index} of the text with that seed; all but the first begin with a space, or with a line break. */
    static String word(long seed, int index) {
        long mixed = mix(seed + index * 0x9E3779B97F4A7C15L);
        int place = index % SENTENCE.size();
        List<String> choice = SENTENCE.get(place);
        String word = choice.get((int) Long.remainderUnsigned(mixed, choice.size()));
        if (place == 0) {
            word = Character.toUpperCase(word.charAt(0)) + word.substring(1);
        } else if (place == SENTENCE.size() - 1) {
            word += ".";
        }
        if (index == 0) {
            return word;
        }
        boolean paragraph = place == 0 && (mixed >>> 62) == 0;
        return (paragraph ? "\n" : " ") + word;
    }

    /** 64-bit finalizer of MurmurHash3 in the variant of Stafford (2011), mix 13. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
