// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import java.util.Map;
import java.util.regex.Pattern;

/** What labels may be, on every service alike: https://cloud.google.com/resource-manager/docs/labels-overview, "Requirements for labels". */
public final class Labels {

    private static final Pattern KEY = Pattern.compile("[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}");
    private static final Pattern VALUE = Pattern.compile("[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}");
    private static final int MAX = 64;

    private Labels() {}

    /** Refuses labels that the cloud does not take. */
    public static void check(String field, Map<String, String> labels) {
        if (labels.size() > MAX) {
            throw ApiError.invalidField(field, String.valueOf(labels.size()), "Too many labels.");
        }
        labels.forEach((key, value) -> {
            if (!KEY.matcher(key).matches() || !VALUE.matcher(value).matches()) {
                throw ApiError.invalidField(
                        field,
                        key + "=" + value,
                        "Label keys and values have at most 63 lower-case letters, digits, underscores and dashes.");
            }
        });
    }
}
