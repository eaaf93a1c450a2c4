// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;

/**
 * How the machine is reached.
 *
 * @param vpc network by name
 * @param port TCP port of the guest
 * @param sourceRanges single addresses as /32 or /128 that the firewall admits; empty = {@code Auto}, the addresses that our own connections come from
 */
public record Network(String vpc, int port, List<String> sourceRanges) {

    public Network {
        sourceRanges = List.copyOf(sourceRanges);
    }
}
