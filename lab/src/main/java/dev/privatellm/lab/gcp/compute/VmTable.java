// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Instance;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All instances, and for a while those that are gone: lists lag. Guarded by the ground's lock. */
final class VmTable {

    private final Ground ground;
    private final Map<String, Vm> vms = new TreeMap<>();
    private final List<Ghost> ghosts = new ArrayList<>();

    /** An instance that lists still show. */
    private record Ghost(String project, String zone, Instance last, Instant until) {}

    VmTable(Ground ground) {
        this.ground = ground;
    }

    Optional<Vm> find(String path) {
        return Optional.ofNullable(vms.get(path));
    }

    /** @throws ApiError 404 if there is none of that name in that zone */
    Vm get(String project, String zone, String name) {
        checkZone(project, zone);
        String path = Links.in(project, zone, "instances", name);
        return find(path).orElseThrow(() -> ApiError.notFound(path));
    }

    void checkZone(String project, String zone) {
        if (!ground.catalog().zones().containsKey(zone)) {
            throw ApiError.notFound(Links.zone(project, zone));
        }
    }

    void add(Vm vm) {
        vms.put(vm.path(), vm);
    }

    void remove(Vm vm) {
        if (vms.remove(vm.path(), vm)) {
            ghosts.add(new Ghost(
                    vm.project,
                    vm.zone,
                    vm.render(),
                    ground.clock().instant().plus(ground.lags().lists())));
        }
    }

    Collection<Vm> all() {
        return List.copyOf(vms.values());
    }

    /** What a list of a zone shows: late by the lag. */
    List<Instance> listed(String project, String zone) {
        Instant now = ground.clock().instant();
        ghosts.removeIf(ghost -> !ghost.until().isAfter(now));
        List<Instance> shown = new ArrayList<>();
        for (Vm vm : vms.values()) {
            boolean late = vm.created.plus(ground.lags().lists()).isAfter(now);
            if (vm.project.equals(project) && vm.zone.equals(zone) && !late) {
                shown.add(vm.render());
            }
        }
        for (Ghost ghost : ghosts) {
            boolean back = vms.containsKey(
                    Links.in(project, zone, "instances", ghost.last().getName()));
            if (ghost.project().equals(project) && ghost.zone().equals(zone) && !back) {
                shown.add(ghost.last());
            }
        }
        return shown;
    }
}
