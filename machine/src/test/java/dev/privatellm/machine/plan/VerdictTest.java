// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.link.GuestFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
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

    @ParameterizedTest
    @EnumSource(names = {"INSERT_INSTANCE", "START_INSTANCE", "OPEN_FIREWALL", "UPLOAD_BUNDLE"})
    @DisplayName("P6 what can never succeed as it is waits for another specification")
    void waitsForAnotherSpecification(EffectKind kind) {
        assertThat(Verdict.pause(kind, new CloudFailure.InvalidRequest("invalid", "no", null), 1))
                .isEmpty();
    }
}
