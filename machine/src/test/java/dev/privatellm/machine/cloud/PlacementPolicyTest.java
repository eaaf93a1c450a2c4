// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PlacementPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Offering A = offering("us-central1-a");
    private static final Offering B = offering("us-central1-b");
    private static final Offering ELSEWHERE = offering("europe-west4-a");
    private static final List<Offering> ALL = List.of(A, B, ELSEWHERE);
    private static final List<Block.Scope> SCOPES = List.of(Block.Scope.values());

    private static Offering offering(String zone) {
        return new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone(zone));
    }

    private static Block block(Offering offering, Block.Scope scope, Duration left) {
        return new Block(
                offering, scope, "ZoneStockout", "ZONE_RESOURCE_POOL_EXHAUSTED", NOW.minusSeconds(1), NOW.plus(left));
    }

    private static Placement place(Block... blocks) {
        return PlacementPolicy.place(ALL, List.of(blocks), NOW);
    }

    @Test
    void takesTheFirstThatTheUserNamed() {
        assertThat(place()).isEqualTo(new Placement.Insert(A, List.of()));
    }

    @Test
    void passesOverABlockedOfferingAndSaysWhy() {
        Block block = block(A, Block.Scope.OFFERING, Duration.ofMinutes(30));

        assertThat(place(block)).isEqualTo(new Placement.Insert(B, List.of(new Placement.Refusal(A, block))));
    }

    @Test
    void comesBackOnceABlockIsOver() {
        assertThat(place(block(A, Block.Scope.OFFERING, Duration.ZERO))).isEqualTo(new Placement.Insert(A, List.of()));
    }

    @Test
    void blocksARegionWithAllItsZonesForAQuota() {
        assertThat(place(block(A, Block.Scope.REGION, Duration.ofHours(1))))
                .isInstanceOfSatisfying(
                        Placement.Insert.class,
                        insert -> assertThat(insert.offering()).isEqualTo(ELSEWHERE));
    }

    @Test
    void hasNowhereLeftForAProjectsQuotaUntilItsEarliestEnd() {
        assertThat(place(block(A, Block.Scope.PROJECT, Duration.ofHours(1))))
                .isInstanceOfSatisfying(Placement.Nowhere.class, nowhere -> {
                    assertThat(nowhere.until()).isEqualTo(NOW.plus(Duration.ofHours(1)));
                    assertThat(nowhere.refused())
                            .extracting(Placement.Refusal::offering)
                            .isEqualTo(ALL);
                });
    }

    @Test
    void neverPlacesWhereABlockHoldsAndAlwaysSomewhereIfOneIsFree() {
        Random random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            List<Block> blocks = new ArrayList<>();
            for (int b = 0; b < random.nextInt(4); b++) {
                blocks.add(block(
                        ALL.get(random.nextInt(3)),
                        SCOPES.get(random.nextInt(SCOPES.size())),
                        Duration.ofSeconds(random.nextInt(3) - 1L)));
            }
            List<Offering> free = ALL.stream()
                    .filter(offering -> blocks.stream().noneMatch(block -> block.holds(offering, NOW)))
                    .toList();

            switch (PlacementPolicy.place(ALL, blocks, NOW)) {
                case Placement.Insert insert -> assertThat(insert.offering()).isEqualTo(free.getFirst());
                case Placement.Nowhere nowhere -> {
                    assertThat(free).isEmpty();
                    assertThat(nowhere.until()).isAfter(NOW);
                }
                case Placement.Restart restart -> throw new AssertionError(restart);
                case Placement.RestartAt restart -> throw new AssertionError(restart);
            }
        }
    }

    @Test
    void startsAStoppedMachineWhereItIs() {
        assertThat(restart(NOW)).isEqualTo(new Placement.Restart(List.of()));
    }

    @Test
    @DisplayName("a zone that has nothing is tried again for a while before a new disk is made elsewhere")
    void hasPatienceWithTheZoneOfTheDisk() {
        Block block = block(A, Block.Scope.OFFERING, Duration.ofMinutes(30));

        assertThat(restart(NOW.minusSeconds(10), block))
                .isInstanceOfSatisfying(
                        Placement.RestartAt.class,
                        at -> assertThat(at.moment()).isEqualTo(block.since().plus(PlacementPolicy.RESTART_PERIOD)));
        assertThat(restart(NOW.minus(PATIENCE), block)).isInstanceOf(Placement.Insert.class);
    }

    @Test
    void hasNoPatienceWithAQuota() {
        assertThat(restart(NOW, block(A, Block.Scope.REGION, Duration.ofHours(1))))
                .isInstanceOf(Placement.Insert.class);
    }

    private static Placement restart(Instant wakeStarted, Block... blocks) {
        return PlacementPolicy.restart(A, ALL, List.of(blocks), wakeStarted, PATIENCE, NOW);
    }

    @Test
    void knowsAPriceOrSaysThatItDoesNot() {
        assertThat(PriceList.perHour(A))
                .hasValueSatisfying(price -> assertThat(price).isEqualByComparingTo("0.48"));
        assertThat(PriceList.perHour(new Offering(ProvisioningModel.SPOT, "a4-highgpu-8g", A.zone())))
                .isEmpty();
    }
}
