// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
    private static final Survey.Image IMAGE = new Survey.Image("p/family", Optional.of("projects/p/global/images/v1"));
    private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
    private static final Zone A = new Zone("us-central1-a");
    private static final Zone B = new Zone("us-central1-b");
    private static final Preflight.Wanted NOTHING = new Preflight.Wanted(Optional.empty(), 4_096);

    private static Survey survey(String machineType, Zone... zones) {
        return survey(machineType, GpuLimits.UNKNOWN, zones);
    }

    private static Survey survey(String machineType, GpuLimits limits, Zone... zones) {
        SortedSet<Zone> offered = new TreeSet<>(List.of(zones));
        return new Survey(Map.of(machineType, offered), limits, new TreeSet<>(), new TreeMap<>(), IMAGE);
    }

    private static Offering spot(String machineType, Zone zone) {
        return new Offering(ProvisioningModel.SPOT, machineType, zone);
    }

    @Test
    @DisplayName("P21 a type that its zone does not offer is refused with the zones that do")
    void refusesATypeInAZoneWithoutIt() {
        List<Block> refused = Preflight.refusals(
                List.of(spot("g4-standard-48", A), spot("g4-standard-48", B)),
                survey("g4-standard-48", B),
                NOTHING,
                NOW);

        assertThat(refused).singleElement().satisfies(block -> {
            assertThat(block.refused().zone()).isEqualTo(A);
            assertThat(block.code()).isEqualTo("NotInZone");
            assertThat(block.detail()).get().asString().contains("us-central1-a", "one of us-central1-b");
        });
    }

    @ParameterizedTest
    @CsvSource({"g2-standard-9, g2-standard-8", "a3-standard-8, a3-highgpu-8g", "x9-mega-1, g2-standard-4"})
    @DisplayName("P21 a type that exists nowhere is refused with those that do, its own family's first of all")
    void refusesATypeThatDoesNotExist(String wrong, String offered) {
        List<Block> refused = Preflight.refusals(List.of(spot(wrong, A)), survey(wrong), NOTHING, NOW);

        assertThat(refused).singleElement().satisfies(block -> {
            assertThat(block.code()).isEqualTo("UnknownMachineType");
            assertThat(block.detail()).get().asString().contains(offered);
        });
    }

    @Test
    @DisplayName("P20 a small shape of a3 is refused as a standard machine, and taken as a spot one")
    void refusesAWayOfBuyingThatAShapeDoesNotHave() {
        Offering standard = new Offering(ProvisioningModel.STANDARD, "a3-highgpu-1g", A);

        List<Block> refused = Preflight.refusals(
                List.of(spot("a3-highgpu-1g", A), standard), survey("a3-highgpu-1g", A), NOTHING, NOW);

        assertThat(refused).extracting(Block::refused).containsExactly(standard);
    }

    @Test
    @DisplayName("P6 a limit of GPUs refuses what it rules out, by its name, and nothing else")
    void refusesWhatALimitRulesOut() {
        GpuLimits limits = new GpuLimits(
                Optional.of(new GpuLimits.Limit("GPUS_ALL_REGIONS", 1, 0)),
                Map.of(
                        new GpuLimits.Pool("us-central1", "L4", ProvisioningModel.STANDARD),
                        new GpuLimits.Limit("NVIDIA_L4_GPUS", 0, 0)),
                "https://example.org/quotas");
        Survey survey = new Survey(
                Map.of("g2-standard-8", new TreeSet<>(List.of(A)), "g2-standard-24", new TreeSet<>(List.of(A))),
                limits,
                new TreeSet<>(),
                new TreeMap<>(),
                IMAGE);

        List<Block> refused = Preflight.refusals(
                List.of(
                        spot("g2-standard-8", A),
                        new Offering(ProvisioningModel.STANDARD, "g2-standard-8", A),
                        spot("g2-standard-24", A)),
                survey,
                NOTHING,
                NOW);

        assertThat(refused)
                .extracting(block -> block.refused() + " " + block.reason() + " "
                        + block.detail().orElseThrow())
                .containsExactly(
                        "g2-standard-8 standard in us-central1-a QuotaExceeded NVIDIA_L4_GPUS is 0, 1 needed: ask for more at"
                                + " https://example.org/quotas (a free trial has none before it is upgraded)",
                        "g2-standard-24 spot in us-central1-a QuotaExceeded GPUS_ALL_REGIONS is 1, 2 needed: ask for more at"
                                + " https://example.org/quotas");
    }

    @Test
    @DisplayName("P6 what other machines take of a limit is not left for ours, and is looked at again within minutes")
    void refusesWhatIsNotLeftOfALimit() {
        Map<GpuLimits.Pool, GpuLimits.Limit> pools = Map.of(
                new GpuLimits.Pool("us-central1", "L4", ProvisioningModel.SPOT),
                new GpuLimits.Limit("PREEMPTIBLE_NVIDIA_L4_GPUS", 4, 3));
        GpuLimits limits = new GpuLimits(
                Optional.of(new GpuLimits.Limit("GPUS_ALL_REGIONS", 8, 4)), pools, "https://example.org/quotas");
        Survey survey = new Survey(
                Map.of("g2-standard-8", new TreeSet<>(List.of(A)), "g2-standard-24", new TreeSet<>(List.of(A))),
                limits,
                new TreeSet<>(),
                new TreeMap<>(),
                IMAGE);

        List<Block> refused =
                Preflight.refusals(List.of(spot("g2-standard-8", A), spot("g2-standard-24", A)), survey, NOTHING, NOW);

        assertThat(refused).singleElement().satisfies(block -> {
            assertThat(block.refused().machineType()).isEqualTo("g2-standard-24");
            assertThat(block.detail())
                    .contains("PREEMPTIBLE_NVIDIA_L4_GPUS is 4 and 3 of it in use, 2 needed: ask for more at"
                            + " https://example.org/quotas");
            assertThat(block.until()).isEqualTo(NOW.plusSeconds(300));
        });
    }

    @Test
    @DisplayName("a model that does not fit a type's GPUs refuses that type with those it would fit, cheapest first")
    void refusesGpusThatAreTooSmall() {
        Preflight.Wanted wanted =
                new Preflight.Wanted(Optional.of(new Listing.Listed(85_000_000_000L, 85_000_000_000L)), 262_144);

        assertThat(Preflight.refusals(List.of(spot("g2-standard-8", A)), survey("g2-standard-8", A), wanted, NOW))
                .singleElement()
                .satisfies(block -> {
                    assertThat(block.reason()).isEqualTo("ModelTooLarge");
                    assertThat(block.detail())
                            .contains(
                                    "the model needs 87 GB of GPU memory, g2-standard-8 has 24 (expected: one of"
                                            + " g4-standard-48, g2-standard-48, g4-standard-96, g2-standard-96, g4-standard-192, a2-highgpu-4g)");
                });
        assertThat(Preflight.refusals(List.of(spot("g4-standard-48", A)), survey("g4-standard-48", A), wanted, NOW))
                .isEmpty();
    }

    @Test
    @DisplayName("E4 the disk is as large as the models need, and never smaller than what leaves room to change them")
    void sizesTheDisk() {
        assertThat(ModelNeeds.diskGb(List.of(new Listing.Listed(2_019_393_189L, 2_019_393_189L))))
                .isEqualTo(128);
        assertThat(ModelNeeds.diskGb(
                        List.of(new Listing.Listed(85_000_000_000L, 1), new Listing.Listed(3_000_000_000L, 1))))
                .isEqualTo(150);
        assertThat(ModelNeeds.smallestDiskGb(List.of(new Listing.Listed(85_000_000_001L, 1))))
                .isEqualTo(126);
    }

    @Test
    @DisplayName("P20 a4 takes Hyperdisk only, also where nothing is known of the type but its family")
    void knowsWhichDiskAFamilyTakes() {
        assertThat(MachineTypes.disk("a4-highgpu-8g")).isEqualTo("hyperdisk-balanced");
        assertThat(MachineTypes.disk("a4-megagpu-99g")).isEqualTo("hyperdisk-balanced");
        assertThat(MachineTypes.disk("g2-standard-8")).isEqualTo("pd-ssd");
    }

    @Test
    @DisplayName("a type without a price has none, whichever way it is bought")
    void doesNotCallTheUnknownFree() {
        assertThat(MachineTypes.find("a4-highgpu-8g")).get().satisfies(type -> {
            assertThat(type.gpuMemoryGb()).isEqualTo(1_440);
            assertThat(type.spot()).isEmpty();
        });
        assertThat(PriceList.perHour(spot("g4-standard-384", A))).contains(new BigDecimal("14.40"));
    }
}
