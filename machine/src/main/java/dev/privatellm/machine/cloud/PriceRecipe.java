// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a machine type is sold as: so many cores, GiB of memory and GPUs, each by the hour, under the names that Google's catalogue has for them. How they are
 * bought and where stands in the description, too: {@code Spot Preemptible G2 Instance Core running in Iowa},
 * {@code Nvidia L4 GPU attached to Spot Preemptible VMs running in Iowa}. By these words a part is known, not by its field for the way of buying, which names
 * some spot prices as on-demand.
 *
 * @param instance what cores and memory are called by, {@code G2 Instance}
 * @param gpu what its GPUs are called, {@code Nvidia L4 GPU}
 */
record PriceRecipe(String instance, String gpu, int cpus, int ramGb, int gpus) {

    /** USD per hour in a region; empty unless each part has exactly one price there, in USD, without tiers, for the unit that it is sold by. */
    Optional<BigDecimal> perHour(List<Sku> skus, ProvisioningModel provisioning, String region) {
        String spot = provisioning == ProvisioningModel.SPOT ? "Spot Preemptible " : "";
        String attached = provisioning == ProvisioningModel.SPOT ? " attached to Spot Preemptible VMs" : "";
        Optional<BigDecimal> core = rate(skus, spot + instance + " Core", "h", region);
        Optional<BigDecimal> ram = rate(skus, spot + instance + " Ram", "GiBy.h", region);
        Optional<BigDecimal> each = rate(skus, gpu + attached, "h", region);
        return core.flatMap(ofCore -> ram.flatMap(ofRam ->
                each.map(ofGpu -> times(ofCore, cpus).add(times(ofRam, ramGb)).add(times(ofGpu, gpus)))));
    }

    /** Whether it is a price of any of its parts, wherever and however bought. */
    boolean mayNeed(String description) {
        String words = description.toLowerCase(Locale.ROOT);
        return words.contains(instance.toLowerCase(Locale.ROOT)) || words.contains(gpu.toLowerCase(Locale.ROOT));
    }

    private static BigDecimal times(BigDecimal rate, int count) {
        return rate.multiply(BigDecimal.valueOf(count));
    }

    private static Optional<BigDecimal> rate(List<Sku> skus, String what, String unit, String region) {
        String words = (what + " running in ").toLowerCase(Locale.ROOT);
        List<Sku> found = skus.stream()
                .filter(sku -> sku.regions().contains(region)
                        && sku.description().toLowerCase(Locale.ROOT).startsWith(words))
                .toList();
        return found.size() == 1
                        && found.getFirst().unit().equals(unit)
                        && found.getFirst().currency().equals("USD")
                        && found.getFirst().rates().size() == 1
                        && found.getFirst().rates().getFirst().signum() > 0
                ? Optional.of(found.getFirst().rates().getFirst())
                : Optional.empty();
    }
}
