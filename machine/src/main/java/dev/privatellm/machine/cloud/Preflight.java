// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says which offerings cannot be had, whatever capacity their zones have: no call has to be made, and nothing paid, to learn it. */
public final class Preflight {
    private static final String NO_QUOTA = "NoQuota";
    private static final String UNKNOWN_TYPE = "UnknownMachineType";
    private static final String NOT_IN_ZONE = "NotInZone";
    private static final String SPOT_ONLY = "SpotOnly";
    private static final String MODEL_TOO_LARGE = "ModelTooLarge";
    private static final Set<String> CODES = Set.of(NO_QUOTA, UNKNOWN_TYPE, NOT_IN_ZONE, SPOT_ONLY, MODEL_TOO_LARGE);

    /** Somebody may have asked for more meanwhile. */
    private static final Duration QUOTA = Duration.ofHours(1);

    /** What takes the rest of a limit may end at any minute. */
    private static final Duration TAKEN = Duration.ofMinutes(5);

    private static final Duration OFFERED = Duration.ofHours(24);
    private static final int NAMES_SHOWN = 6;

    private Preflight() {}

    /**
     * What has to fit.
     *
     * @param model the one that is loaded, as its registry has it; empty if that is not known
     */
    public record Wanted(Optional<Listing.Listed> model, int contextLength) {
        private Optional<Integer> gpuMemoryGb() {
            return model.map(listed -> ModelNeeds.gpuMemoryGb(listed, contextLength));
        }
    }

    /** A block for each offering that cannot be had. */
    public static List<Block> refusals(List<Offering> offerings, Survey survey, Wanted wanted, Instant now) {
        return offerings.stream()
                .flatMap(offering -> refusal(offering, survey, wanted, now).stream())
                .toList();
    }

    /** Whether a block is one of these, which the next survey replaces. */
    public static boolean isRefusal(Block block) {
        return CODES.contains(block.code());
    }

    private static Optional<Block> refusal(Offering offering, Survey survey, Wanted wanted, Instant now) {
        return notSold(offering, survey)
                .map(why -> block(offering, "InvalidSpec", why, OFFERED, now))
                .or(() -> noQuota(offering, survey.limits(), now))
                .or(() -> tooSmall(offering.machineType(), wanted)
                        .map(why -> block(offering, MODEL_TOO_LARGE, new Why(MODEL_TOO_LARGE, why), OFFERED, now)));
    }

    private record Why(String code, String detail) {}

    private static Block block(Offering offering, String reason, Why why, Duration ttl, Instant now) {
        return new Block(
                offering, Block.Scope.OFFERING, reason, why.code(), now, now.plus(ttl), Optional.of(why.detail()));
    }

    private static Optional<Why> notSold(Offering offering, Survey survey) {
        String type = offering.machineType();
        SortedSet<Zone> zones = survey.zones().getOrDefault(type, new TreeSet<>());
        if (zones.isEmpty()) {
            return Optional.of(new Why(
                    UNKNOWN_TYPE,
                    "%s is offered in no zone (expected: one of %s)"
                            .formatted(type, String.join(", ", MachineTypes.nearest(type)))));
        }
        if (!zones.contains(offering.zone())) {
            return Optional.of(new Why(
                    NOT_IN_ZONE,
                    "%s is not offered in %s (expected: one of %s)".formatted(type, offering.zone(), names(zones))));
        }
        boolean isSpotOnly = MachineTypes.find(type)
                .map(MachineType::isSpotOnly)
                .filter(only -> only && offering.provisioning() == ProvisioningModel.STANDARD)
                .isPresent();
        return isSpotOnly
                ? Optional.of(new Why(SPOT_ONLY, "%s is sold as a spot machine only".formatted(type)))
                : Optional.empty();
    }

    /** Zones of the same continent would be nicest, but all of them are right. */
    private static String names(SortedSet<Zone> zones) {
        return zones.stream().map(Zone::name).collect(Collectors.joining(", "));
    }

    /** By what is left of each limit. No machine of ours takes part of it: this is asked only where there is none. */
    private static Optional<Block> noQuota(Offering offering, GpuLimits limits, Instant now) {
        return MachineTypes.find(offering.machineType())
                .flatMap(type -> Stream.concat(
                                limits.project().stream(),
                                Stream.ofNullable(limits.pools().get(pool(offering, type))))
                        .filter(limit -> limit.left() < type.gpus())
                        .findFirst()
                        .map(limit -> block(
                                offering,
                                "QuotaExceeded",
                                noQuota(limit, type, limits.page()),
                                limit.gpus() < type.gpus() ? QUOTA : TAKEN,
                                now)));
    }

    private static GpuLimits.Pool pool(Offering offering, MachineType type) {
        return new GpuLimits.Pool(offering.zone().region(), type.gpu(), offering.provisioning());
    }

    private static Why noQuota(GpuLimits.Limit limit, MachineType type, String page) {
        return new Why(
                NO_QUOTA,
                "%s is %d%s, %d needed: ask for more at %s%s"
                        .formatted(
                                limit.name(),
                                limit.gpus(),
                                limit.used() == 0 ? "" : " and %d of it in use".formatted(limit.used()),
                                type.gpus(),
                                page,
                                limit.gpus() == 0 ? " (a free trial has none before it is upgraded)" : ""));
    }

    /** Why the model does not fit into the GPUs of such a machine; empty if it does, or if nobody knows. */
    public static Optional<String> tooSmall(String machineType, Wanted wanted) {
        return tooSmall(machineType, wanted.gpuMemoryGb());
    }

    /** The same for a model that needs so much memory of GPUs. */
    public static Optional<String> tooSmall(String machineType, Optional<Integer> gpuMemoryGb) {
        return MachineTypes.find(machineType)
                .flatMap(type -> gpuMemoryGb
                        .filter(needed -> needed > type.gpuMemoryGb())
                        .map(needed -> "the model needs %d GB of GPU memory, %s has %d (expected: one of %s)"
                                .formatted(needed, type.name(), type.gpuMemoryGb(), fitting(needed))));
    }

    /** The types that are large enough, cheapest first; those without a price last. */
    private static String fitting(int neededGb) {
        List<String> names = MachineTypes.all().stream()
                .filter(type -> type.gpuMemoryGb() >= neededGb)
                .sorted(Comparator.comparing((MachineType type) -> type.spot().isEmpty())
                        .thenComparing(type -> type.spot().orElse(java.math.BigDecimal.ZERO)))
                .map(MachineType::name)
                .limit(NAMES_SHOWN)
                .toList();
        return names.isEmpty() ? "a smaller model" : String.join(", ", names);
    }
}
