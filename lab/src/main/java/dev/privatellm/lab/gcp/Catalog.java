// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which machine types exist in which zones, and what an hour of them costs. A table of its own, so that a wrong price elsewhere shows as a difference.
 *
 * @param zones zone name to the families that it offers
 * @param types machine types by name
 */
public record Catalog(Map<String, Set<String>> zones, Map<String, Type> types) {

    /**
     * One machine type.
     *
     * @param family first part of its name; decides zones and disks
     * @param onDemandPerHour USD
     * @param spotPerHour USD
     */
    public record Type(String name, String family, int cpus, int gpus, double onDemandPerHour, double spotPerHour) {}

    public Catalog {
        zones = Map.copyOf(zones);
        types = Map.copyOf(types);
    }

    /** The type, if that zone offers it. */
    public Optional<Type> find(String zone, String machineType) {
        return Optional.ofNullable(types.get(machineType))
                .filter(type -> zones.getOrDefault(zone, Set.of()).contains(type.family()));
    }

    /** The region that a zone belongs to: its name without the last part. */
    public static String regionOf(String zone) {
        int dash = zone.lastIndexOf('-');
        return dash < 0 ? zone : zone.substring(0, dash);
    }

    /** GPU types and the regions that price them, as of 2026-08; general-purpose e2-medium everywhere. */
    public static Catalog embedded() {
        Map<String, Type> types = new TreeMap<>();
        add(types, "e2-medium", 2, 0, 0.034, 0.010);
        int[] g2 = {4, 8, 12, 16, 24, 32, 48, 96};
        int[] g2Gpus = {1, 1, 1, 1, 2, 1, 4, 8};
        double[] g2Price = {0.71, 0.85, 1.00, 1.15, 2.00, 1.73, 4.00, 8.00};
        double[] g2Spot = {0.40, 0.48, 0.56, 0.64, 1.12, 0.98, 2.25, 4.50};
        for (int i = 0; i < g2.length; i++) {
            add(types, "g2-standard-" + g2[i], g2[i], g2Gpus[i], g2Price[i], g2Spot[i]);
        }
        for (int n = 1; n <= 8; n *= 2) {
            add(types, "g4-standard-" + 48 * n, 48 * n, n, 4.50 * n, 1.80 * n);
            add(types, "a2-highgpu-" + n + "g", 12 * n, n, 3.67 * n, 1.93 * n);
            add(types, "a3-highgpu-" + n + "g", 26 * n, n, 11.06 * n, 6.33 * n);
        }
        return new Catalog(CatalogZones.zones(), types);
    }

    private static void add(
            Map<String, Type> types, String name, int cpus, int gpus, double onDemandPerHour, double spotPerHour) {
        types.put(name, new Type(name, name.substring(0, name.indexOf('-')), cpus, gpus, onDemandPerHour, spotPerHour));
    }

    /** Names of the zones, sorted. */
    public List<String> zoneNames() {
        List<String> names = new ArrayList<>(zones.keySet());
        names.sort(null);
        return names;
    }
}
