// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

/**
 * One line of the proof.
 *
 * @param claim what is claimed
 * @param expected what has to be seen
 * @param seen what the records say
 * @param ok whether that is so
 */
public record Claim(String claim, String expected, String seen, boolean ok) {

    static Claim exactly(String claim, long expected, long seen) {
        return new Claim(claim, Long.toString(expected), Long.toString(seen), expected == seen);
    }

    static Claim atMost(String claim, long bound, long seen) {
        return new Claim(claim, "≤ " + bound, Long.toString(seen), seen <= bound);
    }
}
