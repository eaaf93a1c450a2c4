// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

/**
 * A figure with its goal.
 *
 * @param seen as measured; NaN where this system does not tell
 * @param goal the most that it may be
 * @param promise whether missing it is a defect, and not only slow
 */
public record Figure(String name, double seen, double goal, String unit, boolean promise) {

    public boolean isReached() {
        return seen <= goal;
    }
}
