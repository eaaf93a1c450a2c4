// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.util.Arrays;
import java.util.List;

/** Figures of repeated runs, in milliseconds; never empty. */
public record Sample(List<Double> values) {

    public Sample {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("sample: empty (expected: at least one run)");
        }
    }

    public double median() {
        return quantile(0.5);
    }

    public double min() {
        return quantile(0);
    }

    public double max() {
        return quantile(1);
    }

    /** By linear interpolation between the nearest ranks. */
    public double quantile(double q) {
        var sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double rank = q * (sorted.length - 1);
        int low = (int) Math.floor(rank);
        int high = (int) Math.ceil(rank);
        return sorted[low] + (rank - low) * (sorted[high] - sorted[low]);
    }

    @Override
    public String toString() {
        return Arrays.toString(values.toArray());
    }
}
