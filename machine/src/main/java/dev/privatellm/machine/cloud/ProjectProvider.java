// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * What the user's project may have and we may do in it: asked before a machine is made, since each answer spares a bill, or a wait for an error that could be
 * known. Every method only reads, and may throw any {@link CloudFailure}.
 */
public interface ProjectProvider {

    /**
     * The zones that offer each of these machine types. One that is offered nowhere has none.
     *
     * @throws CloudFailure.Unavailable also if any zone could not be asked: a partial list proves nothing
     */
    Map<String, SortedSet<Zone>> zonesOf(Set<String> machineTypes);

    /** How many GPUs the project may have, in these regions, and how many it has now. */
    GpuLimits gpuLimits(Set<String> regions);

    /**
     * The one image that a name stands for: the newest of a family that is named, else the image that is named itself, without asking for it. Empty if there is
     * no such family, or nothing in it.
     */
    Optional<String> image(String name);

    /** The permissions that our identity lacks for these tasks, by the cloud's own names; empty also if the cloud does not tell. */
    SortedSet<String> missingPermissions(Set<Task> tasks);

    /** What is done in a project. */
    enum Task {
        /** Make, start, stop and remove machines. */
        MACHINES,
        /** Admit our addresses to them. */
        FIREWALL,
        /** Make a network. */
        NETWORK,
        /** Keep their bundle. */
        SECRET,
        /** Make the key that encrypts it. */
        KEY,
        /** Make the account that they act as. */
        ACCOUNT,
        /** Keep what they install. */
        ARTIFACTS
    }
}
