// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** When a wake that failed is tried again: later each time, and after the third not before somebody has looked. */
final class Failures {
    /** So many failed wakes in a row, and only a new specification or a wake by hand goes on. */
    static final int LIMIT = 3;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final int FACTOR = 4;

    private static final Set<String> FAILURES = Set.of(
            "ActivationDeadlineExceeded",
            "ModelLoadStalled",
            "BootFailed",
            "StartStalled",
            "GuestUnreachable",
            "PermissionDenied",
            "CredentialsRejected",
            "BillingDisabled",
            "InvalidSpec",
            "ManagementConflict",
            "QuotaExceeded");

    private Failures() {}

    /** Whether a machine that is stopped for this reason failed, rather than being put to sleep. */
    static boolean isFailure(String reason) {
        return FAILURES.contains(reason);
    }

    static MachineState.Failed after(String reason, int failures, long generation, Instant now) {
        Optional<Instant> retryAt = failures >= LIMIT
                ? Optional.empty()
                : Optional.of(now.plus(FIRST_PAUSE.multipliedBy((long) Math.pow(FACTOR, failures - 1))));
        return new MachineState.Failed(
                now, reason, "%d of %d wakes failed".formatted(failures, LIMIT), failures, retryAt, generation);
    }
}
