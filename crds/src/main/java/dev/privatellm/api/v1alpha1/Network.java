// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;
import java.util.Optional;

/**
 * How the machine is reached.
 *
 * @param vpc a network of the user's by name, used as it is; empty = one that is made for all resources of the installation in this project
 * @param subnet a subnet of that network by name, in every region that the machine may be in; empty = an automatic one; always empty without {@code vpc}
 * @param subnetCidr IPv4 range of the first subnet of a network that is made; subnets in further regions have the ranges after it
 * @param port TCP port of the guest
 * @param sourceRanges single addresses as /32 or /128 that the firewall admits; empty = {@code Auto}, the addresses that our own connections come from
 */
public record Network(
        Optional<String> vpc, Optional<String> subnet, String subnetCidr, int port, List<String> sourceRanges) {

    public Network {
        sourceRanges = List.copyOf(sourceRanges);
    }
}
