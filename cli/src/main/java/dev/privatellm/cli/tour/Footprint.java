// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.List;

/**
 * What a machine stands on, each by one word and in the order of the alphabet: {@code account}, {@code apis}, {@code archive}, {@code bucket},
 * {@code network}, {@code secret}, {@code subnet}.
 *
 * @param recorded what our own record says was made
 * @param made what stood in the cloud while the machine slept
 * @param left what still stands once everything was removed, machines and firewall rules included
 */
public record Footprint(List<String> recorded, List<String> made, List<String> left) {

    public Footprint {
        recorded = recorded.stream().sorted().toList();
        made = made.stream().sorted().toList();
        left = left.stream().sorted().toList();
    }
}
