// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Optional;

/**
 * A private network of the project. One that we make has no subnets of its own accord and no rule that lets anybody in.
 *
 * @param name deterministic for one we make, {@code pllm-<id>}
 * @param hasAutomaticSubnets whether the cloud makes a subnet in every region; never for one we make
 * @param owner who made it; empty for a network whose description is not ours
 */
public record Network(String name, boolean hasAutomaticSubnets, Optional<Owner> owner) {

    /**
     * Travels in the network's description, since networks have no labels.
     *
     * @param cluster installation that made it: all its resources in a project share one network
     */
    public record Owner(String cluster) {}
}
