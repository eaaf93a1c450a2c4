// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.link.GuestFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class VerdictTest {
    private static List<RuntimeException> failures() {
        return List.of(
                new CloudFailure.InvalidRequest("invalid", "no", null),
                new CloudFailure.PermissionDenied("denied", "no", null),
                new CloudFailure.CredentialsRejected("rejected", "no", null),
                new CloudFailure.QuotaExceeded("quota", "no", true, null),
                new CloudFailure.Conflict("conflict", "no", null),
                new CloudFailure.NotFound("notFound", "no", null),
                new CloudFailure.NotReady("notReady", "no", null),
                new CloudFailure.Unavailable("503", "no", Optional.empty(), null),
                new CloudFailure.Unavailable("429", "no", Optional.of(Duration.ZERO), null),
                new CloudFailure.Unavailable("429", "no", Optional.of(Duration.ofHours(6)), null),
                new CloudFailure.Unclassified("new", "no", null),
                new GuestFailure.Refused(500, "no", null),
                new IllegalStateException("no"));
    }

    @ParameterizedTest
    @EnumSource(names = {"STOP_INSTANCE", "DELETE_INSTANCE", "CLOSE_FIREWALL", "DRAIN_GUEST", "DESTROY_VERSION"})
    @DisplayName("S3 what ends a cost or closes a hole is tried again within a minute, whatever the answer was")
    void neverGivesUpOnWhatCostsOrLeavesAHole(EffectKind kind) {
        for (RuntimeException failure : failures()) {
            for (int attempts : new int[] {1, 5, 1000}) {
                assertThat(Verdict.pause(kind, failure, attempts).orElseThrow())
                        .as("%s after %s", kind, failure)
                        .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
            }
        }
    }

    @Test
    @DisplayName(
            "R9 what the cloud asks us to wait is honoured, but no less than a second makes a storm, and no longer than ten minutes is waited")
    void honoursWhatTheCloudAsksWithinBounds() {
        for (EffectKind kind :
                List.of(EffectKind.INSERT_INSTANCE, EffectKind.START_INSTANCE, EffectKind.OPEN_FIREWALL)) {
            assertThat(pause(kind, Duration.ofSeconds(47))).isEqualTo(Duration.ofSeconds(47));
            assertThat(pause(kind, Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
            assertThat(pause(kind, Duration.ofHours(6))).isEqualTo(Duration.ofMinutes(10));
        }
    }

    @Test
    @DisplayName("P6 each kind of refusal blocks as much as it speaks for, for as long as it holds, under its reason")
    void blocksAsMuchAsARefusalSpeaksFor() {
        assertThat(block(new CloudFailure.InsufficientCapacity(
                        "c", "m", CloudFailure.InsufficientCapacity.Scope.OFFERING, null)))
                .contains("OFFERING ZoneStockout PT30M");
        assertThat(block(new CloudFailure.InsufficientCapacity(
                        "c", "m", CloudFailure.InsufficientCapacity.Scope.ZONE, null)))
                .contains("ZONE ZoneStockout PT30S");
        assertThat(block(new CloudFailure.QuotaExceeded("c", "m", false, null))).contains("REGION QuotaExceeded PT1H");
        assertThat(block(new CloudFailure.QuotaExceeded("c", "m", true, null))).contains("PROJECT QuotaExceeded PT1H");
        assertThat(block(new CloudFailure.ZoneUnavailable("c", "m", null))).contains("ZONE ZoneUnavailable PT24H");
        assertThat(block(new CloudFailure.Unclassified("c", "m", null))).contains("ZONE CloudError PT10M");
        assertThat(block(new CloudFailure.NotReady("c", "m", null))).isEmpty();
        assertThat(block(new CloudFailure.Unavailable("c", "m", Optional.empty(), null)))
                .isEmpty();
        assertThat(block(new CloudFailure.PermissionDenied("c", "m", null))).isEmpty();
        assertThat(block(new CloudFailure.BillingDisabled("c", "m", null))).isEmpty();
    }

    @Test
    @DisplayName(
            "only what speaks against a region closes it: an answer that is odd, or a conflict, is tried again soon")
    void closesARegionForWhatSpeaksAgainstIt() {
        Offering offering = new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a"));

        assertThat(Verdict.blockOfRegion(
                        new CloudFailure.QuotaExceeded("c", "m", false, null), offering, Instant.EPOCH))
                .isPresent();
        assertThat(Verdict.blockOfRegion(new CloudFailure.Unclassified("c", "m", null), offering, Instant.EPOCH))
                .isEmpty();
        assertThat(Verdict.blockOfRegion(new CloudFailure.Conflict("c", "m", null), offering, Instant.EPOCH))
                .isEmpty();
    }

    private static Optional<String> block(CloudFailure failure) {
        Instant now = Instant.parse("2026-11-21T08:00:00Z");
        Offering offering = new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a"));
        return Verdict.block(failure, offering, now)
                .map(block -> "%s %s %s"
                        .formatted(block.scope(), block.reason(), Duration.between(block.since(), block.until())));
    }

    private static Duration pause(EffectKind kind, Duration asked) {
        return Verdict.pause(kind, new CloudFailure.Unavailable("429", "no", Optional.of(asked), null), 1)
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = {"INSERT_INSTANCE", "START_INSTANCE", "OPEN_FIREWALL", "UPLOAD_BUNDLE"})
    @DisplayName("P6 what can never succeed as it is waits for another specification")
    void waitsForAnotherSpecification(EffectKind kind) {
        assertThat(Verdict.pause(kind, new CloudFailure.InvalidRequest("invalid", "no", null), 1))
                .isEmpty();
    }
}
