// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.record.Bill;
import dev.privatellm.lab.gcp.record.Faults;
import java.time.Clock;
import java.util.random.RandomGenerator;

/**
 * What all parts of Compute Engine stand on. Whoever reads or changes instances, disks or rules holds the monitor of {@code lock}: one world, one lock.
 */
public record Ground(
        Object lock,
        Clock clock,
        Timeline timeline,
        Pace pace,
        Catalog catalog,
        Lags lags,
        Faults faults,
        Bill bill,
        RandomGenerator random) {

    /** An id as the cloud gives them: 64 bits, never negative, never short. */
    long newId() {
        return random.nextLong(1_000_000_000_000_000_000L, Long.MAX_VALUE);
    }
}
