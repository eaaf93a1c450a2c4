// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.InstanceStatus;

/**
 * Compute Engine's status words in ours. The words are the raw ones of the answer: the client's own enumeration lacks {@code PENDING_STOP}. See
 * <a href="https://cloud.google.com/compute/docs/instances/instance-lifecycle">instance life cycle</a>.
 */
final class InstanceStatuses {
    private InstanceStatuses() {}

    /** Total: a word that is not known, or none at all, is {@link InstanceStatus#UNKNOWN}, from which nobody concludes anything. */
    static InstanceStatus of(String word) {
        return switch (word) {
            case "PENDING", "PROVISIONING" -> InstanceStatus.PROVISIONING;
            case "STAGING" -> InstanceStatus.STAGING;
            case "RUNNING" -> InstanceStatus.RUNNING;
            case "PENDING_STOP", "STOPPING" -> InstanceStatus.STOPPING;
            case "STOPPED", "TERMINATED" -> InstanceStatus.STOPPED;
            case "SUSPENDING" -> InstanceStatus.SUSPENDING;
            case "SUSPENDED" -> InstanceStatus.SUSPENDED;
            case "REPAIRING" -> InstanceStatus.REPAIRING;
            case "DEPROVISIONING" -> InstanceStatus.DEPROVISIONING;
            default -> InstanceStatus.UNKNOWN;
        };
    }
}
