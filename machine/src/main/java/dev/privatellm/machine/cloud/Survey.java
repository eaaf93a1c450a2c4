// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What is known before a machine is made.
 *
 * @param zones the zones that offer each machine type
 * @param missingPermissions by the cloud's own names
 * @param image what the name of an image stands for
 * @param models what their registry has, by name as in the specification
 */
public record Survey(
        Map<String, SortedSet<Zone>> zones,
        GpuLimits limits,
        SortedSet<String> missingPermissions,
        SortedMap<String, ModelRegistry.Listing> models,
        Image image) {

    /**
     * What the name of an image stands for.
     *
     * @param asked the name
     * @param found the one image that it stands for now; empty if there is none
     */
    public record Image(String asked, Optional<String> found) {}

    public Survey {
        zones = Map.copyOf(zones);
        models = new TreeMap<>(models);
    }
}
