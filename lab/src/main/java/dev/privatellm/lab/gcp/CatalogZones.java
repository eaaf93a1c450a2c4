// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Zones by region and family. Where a region's zones are not a, b and c, or not all of them have a family, that is said here. */
final class CatalogZones {

    private static final Map<String, String> REGIONS = Map.of(
            "g2",
            "asia-east1 asia-northeast1 asia-northeast3 asia-south1 asia-southeast1 europe-west1 europe-west2 europe-west3 europe-west4 europe-west6"
                    + " me-central2 northamerica-northeast1 northamerica-northeast2 us-central1 us-east1 us-east4 us-west1 us-west4",
            "g4",
            "asia-east1 asia-south1 asia-south2 asia-southeast1 asia-southeast2 europe-north1 europe-west1 europe-west2 europe-west4 europe-west8"
                    + " europe-west10 me-central2 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west3 us-west4",
            "a2",
            "asia-northeast1 asia-northeast3 asia-southeast1 europe-west4 me-west1 us-central1 us-east1 us-west1 us-west3 us-west4",
            "a3",
            "asia-east1 asia-northeast1 asia-south1 asia-south2 asia-southeast1 australia-southeast1 europe-north1 europe-west1 europe-west3"
                    + " europe-west4 europe-west9 us-central1 us-east4 us-east5 us-west1 us-west4");

    private static final Map<String, List<String>> LETTERS = Map.of(
            "us-central1", List.of("a", "b", "c", "f"),
            "us-east1", List.of("b", "c", "d"),
            "europe-west1", List.of("b", "c", "d"));

    /** Zones of a priced region without GPUs of that family. */
    private static final Set<String> WITHOUT =
            Set.of("g4 us-central1-a", "g4 us-central1-c", "g2 us-central1-f", "a3 us-central1-f");

    private CatalogZones() {}

    static Map<String, Set<String>> zones() {
        Map<String, Set<String>> zones = new HashMap<>();
        REGIONS.forEach((family, regions) -> {
            for (String region : regions.split(" ", -1)) {
                for (String letter : LETTERS.getOrDefault(region, List.of("a", "b", "c"))) {
                    String zone = region + "-" + letter;
                    Set<String> families = zones.computeIfAbsent(zone, _ -> new HashSet<>(Set.of("e2")));
                    if (!WITHOUT.contains(family + " " + zone)) {
                        families.add(family);
                    }
                }
            }
        });
        return zones;
    }
}
