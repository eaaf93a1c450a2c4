// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A project in memory. Whatever was not said of it is as good as it can be: every zone of a few regions has every type, and no limit is known. */
public final class FakeProject implements ProjectProvider {
    private static final Set<String> REGIONS = Set.of("us-central1", "europe-west4", "us-east1");

    private final Faults faults;
    private final Map<String, SortedSet<Zone>> zones = new HashMap<>();
    private final Map<GpuLimits.Pool, GpuLimits.Limit> pools = new HashMap<>();
    private final SortedSet<String> missing = new TreeSet<>();
    private Optional<GpuLimits.Limit> whole = Optional.empty();
    private final Map<String, Optional<String>> images = new HashMap<>();

    FakeProject(Faults faults) {
        this.faults = faults;
    }

    /** Offers a type in these zones only. */
    public void offer(String machineType, String... zoneNames) {
        SortedSet<Zone> offered = new TreeSet<>();
        for (String zone : zoneNames) {
            offered.add(new Zone(zone));
        }
        zones.put(machineType, offered);
    }

    /** The image that a family has now; empty for no family of that name. */
    public void publish(String family, Optional<String> image) {
        images.put(family, image);
    }

    /** Limits the GPUs of the whole project. */
    public void limit(int gpus) {
        limit(gpus, 0);
    }

    /** The same, while other machines take some of it. */
    public void limit(int gpus, int used) {
        whole = Optional.of(new GpuLimits.Limit("GPUS_ALL_REGIONS", gpus, used));
    }

    /** Limits the GPUs of a kind, bought one way, in one region. */
    public void limit(GpuLimits.Pool pool, String name, int gpus) {
        pools.put(pool, new GpuLimits.Limit(name, gpus, 0));
    }

    /** Takes a permission away. */
    public void deny(String permission) {
        missing.add(permission);
    }

    /** Gives all permissions and all quota back. */
    public void allowEverything() {
        missing.clear();
        pools.clear();
        whole = Optional.empty();
    }

    @Override
    public Map<String, SortedSet<Zone>> zonesOf(Set<String> machineTypes) {
        return faults.call("zonesOf", () -> {
            Map<String, SortedSet<Zone>> found = new TreeMap<>();
            machineTypes.forEach(type -> found.put(type, zones.getOrDefault(type, everywhere())));
            return found;
        });
    }

    private static SortedSet<Zone> everywhere() {
        SortedSet<Zone> all = new TreeSet<>();
        for (String region : REGIONS) {
            for (String letter : new String[] {"a", "b", "c"}) {
                all.add(new Zone(region + "-" + letter));
            }
        }
        return all;
    }

    @Override
    public GpuLimits gpuLimits(Set<String> regions) {
        return faults.call(
                "gpuLimits", () -> new GpuLimits(whole, pools, "https://console.cloud.google.com/iam-admin/quotas"));
    }

    @Override
    public Optional<String> image(String name) {
        return faults.call("image", () -> images.getOrDefault(name, Optional.of(name + "-v1")));
    }

    @Override
    public SortedSet<String> missingPermissions(Set<Task> tasks) {
        return faults.call("missingPermissions", () -> new TreeSet<>(missing));
    }
}
