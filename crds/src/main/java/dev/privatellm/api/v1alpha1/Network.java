// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;
import java.util.Optional;

/**
 * How the machine is reached.
 *
 * @param vpc a network of the user's by name, used as it is; empty = one that is made for all resources of the installation in this project
 * @param subnet a subnet of that network by name, in every region that the machine may be in; empty = an automatic one; always empty without {@code vpc}
 * @param hostProjectId the project that shares that network with the machine's own; empty = it is the machine's own; always empty without {@code subnet}
 * @param subnetCidr IPv4 range of the first subnet of a network that is made; subnets in further regions have the ranges after it
 * @param address at which of its addresses the machine is reached
 * @param port TCP port of the guest
 * @param sourceRanges single addresses as /32 or /128 that the firewall admits; empty = {@code Auto}, the addresses that our own connections come from in the
 *     internet; never empty with an internal address
 */
public record Network(
        Optional<String> vpc,
        Optional<String> subnet,
        Optional<String> hostProjectId,
        String subnetCidr,
        Address address,
        int port,
        List<String> sourceRanges) {

    /** At which of its addresses the machine is reached. */
    public enum Address implements Worded {
        /** One of its own in the internet, another after every start. */
        EXTERNAL("External"),
        /** The one in its network: nothing of it lies in the internet, and whoever calls has a way into that network. */
        INTERNAL("Internal");

        private final String word;

        Address(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    public Network {
        sourceRanges = List.copyOf(sourceRanges);
    }
}
