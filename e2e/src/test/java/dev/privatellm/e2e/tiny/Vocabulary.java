// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e.tiny;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The tokens of a tiny model, in the byte-level form of GPT-2: control tokens, whole phrases that only the model itself can say, the 256 bytes, and words with
 * a blank before them, each built up letter by letter. A text is read as such words where it holds them and as bytes elsewhere, so any text can be read.
 */
final class Vocabulary {
    /** Kinds of tokens, as llama.cpp numbers them. */
    private static final int NORMAL = 1;

    private static final int CONTROL = 3;

    private static final String CONSONANTS = "bdfghklmnprstvwz";
    private static final String VOWELS = "aeiou";

    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final List<String> merges = new ArrayList<>();
    private final List<Integer> kinds = new ArrayList<>();

    Vocabulary() {
        IntStream.range(0, 256).forEach(value -> add(letter(value), NORMAL));
    }

    /** Adds a token that ends or begins something; a prompt may hold it. */
    int control(String token) {
        return add(token, CONTROL);
    }

    /** Adds a token that the model can say. A prompt with the same letters is read otherwise. */
    int phrase(String text) {
        var token = new StringBuilder();
        text.chars().mapToObj(Vocabulary::letter).forEach(token::append);
        return add(token.toString(), NORMAL);
    }

    /** Adds word number {@code index}: two syllables, no word twice. */
    int word(int index) {
        int syllables = CONSONANTS.length() * VOWELS.length();
        // Coprime to the number of words, so that neighbours differ and none comes twice.
        int number = (index + 1) * 1_009 % (syllables * syllables);
        String text = syllable(number / syllables) + syllable(number % syllables);
        String token = letter(' ');
        for (int at = 0; at < text.length(); at++) {
            String letter = letter(text.charAt(at));
            if (!ids.containsKey(token + letter)) {
                merges.add(token + " " + letter);
                add(token + letter, NORMAL);
            }
            token += letter;
        }
        return Objects.requireNonNull(ids.get(token));
    }

    int size() {
        return ids.size();
    }

    List<String> tokens() {
        return List.copyOf(ids.keySet());
    }

    List<String> merges() {
        return List.copyOf(merges);
    }

    int[] kinds() {
        return kinds.stream().mapToInt(Integer::intValue).toArray();
    }

    private int add(String token, int kind) {
        if (ids.putIfAbsent(token, ids.size()) != null) {
            throw new IllegalArgumentException("token twice: " + token);
        }
        kinds.add(kind);
        return ids.size() - 1;
    }

    private static String syllable(int number) {
        return "" + CONSONANTS.charAt(number / VOWELS.length()) + VOWELS.charAt(number % VOWELS.length());
    }

    /** The letter that stands for a byte: itself where it can be seen, otherwise one from U+0100 on, in the order of the bytes. */
    private static String letter(int value) {
        if (isVisible(value)) {
            return Character.toString(value);
        }
        return Character.toString(
                256 + (int) IntStream.range(0, value).filter(v -> !isVisible(v)).count());
    }

    private static boolean isVisible(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
    }
}
