// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.util.Collection;

/**
 * An IPv4 range.
 *
 * @param base first address as a number
 * @param prefix length of its prefix, 8 to 29
 */
record CidrRange(long base, int prefix) {
    private static final int BITS = 32;

    /** @throws IllegalArgumentException if the text is no range, or does not begin at its first address */
    static CidrRange parse(String text) {
        String[] parts = text.split("[./]", -1);
        if (parts.length != 5) {
            throw invalid(text);
        }
        try {
            long base = 0;
            for (int i = 0; i < 4; i++) {
                int octet = Integer.parseInt(parts[i]);
                if (octet < 0 || octet > 255) {
                    throw invalid(text);
                }
                base = (base << 8) | octet;
            }
            CidrRange range = new CidrRange(base, Integer.parseInt(parts[4]));
            if (range.prefix < 8 || range.prefix > 29 || base % range.size() != 0) {
                throw invalid(text);
            }
            return range;
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("range: %s (expected: such as 10.10.0.0/24)".formatted(text));
    }

    long size() {
        return 1L << (BITS - prefix);
    }

    boolean overlaps(CidrRange other) {
        return base < other.base + other.size() && other.base < base + size();
    }

    /** This range, or the first of its size after it, that overlaps none of those. */
    CidrRange free(Collection<CidrRange> taken) {
        CidrRange range = this;
        while (taken.stream().anyMatch(range::overlaps)) {
            range = new CidrRange(range.base + size(), prefix);
        }
        return range;
    }

    @Override
    public String toString() {
        return "%d.%d.%d.%d/%d"
                .formatted((base >> 24) & 255, (base >> 16) & 255, (base >> 8) & 255, base & 255, prefix);
    }
}
