// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.Optional;

/**
 * What stands in the cloud between runs and what that costs, in USD per month in us-central1. An estimate for people, not a bill; what is not listed has no
 * price here, which is not the same as costing nothing. Free tiers are left out: they are shared with whatever else the billing account does.
 */
public final class StandingPrices {
    /** Month of these prices. */
    public static final YearMonth AS_OF = YearMonth.of(2025, 3);

    /** SSD persistent disk, per GiB: https://cloud.google.com/compute/disks-image-pricing. */
    private static final BigDecimal SSD = new BigDecimal("0.17");

    /** Hyperdisk Balanced, per GiB; 3,000 IOPS are included: https://cloud.google.com/compute/disks-image-pricing. */
    private static final BigDecimal HYPERDISK = new BigDecimal("0.08");

    /** What our 700 MiB/s are above the 140 that are included, at 0.04 USD each. */
    private static final BigDecimal HYPERDISK_THROUGHPUT = new BigDecimal("22.40");

    /** An active version in one location, which automatic replication counts as: https://cloud.google.com/secret-manager/pricing. */
    private static final BigDecimal SECRET_VERSION = new BigDecimal("0.06");

    /** An active version of a symmetric key at protection level HSM: https://cloud.google.com/kms/pricing. */
    private static final BigDecimal HSM_KEY_VERSION = new BigDecimal("1.00");

    private StandingPrices() {}

    /** USD per month of a machine's boot disk; empty for a kind of disk that is not listed. */
    public static Optional<BigDecimal> disk(String machineType, int sizeGb) {
        return diskOfKind(MachineTypes.disk(machineType), sizeGb);
    }

    /** USD per month of a disk of this kind, {@code pd-ssd}; empty for one that is not listed. */
    public static Optional<BigDecimal> diskOfKind(String kind, int sizeGb) {
        BigDecimal size = BigDecimal.valueOf(sizeGb);
        return switch (kind) {
            case "pd-ssd" -> Optional.of(SSD.multiply(size));
            case "hyperdisk-balanced" -> Optional.of(HYPERDISK.multiply(size).add(HYPERDISK_THROUGHPUT));
            default -> Optional.empty();
        };
    }

    /** USD per month of so many versions of a secret. */
    public static BigDecimal secretVersions(int versions) {
        return SECRET_VERSION.multiply(BigDecimal.valueOf(versions));
    }

    /** USD per month of one version of a key in a hardware module. */
    public static BigDecimal hsmKeyVersion() {
        return HSM_KEY_VERSION;
    }
}
