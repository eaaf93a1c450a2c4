// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** What the cloud says that an instance is doing, in our words; how a vendor's words map to them is the adapter's. Running is not serving. */
public enum InstanceStatus {
    /** Resources are being found, or the machine is being set up; billed. */
    PROVISIONING,
    /** The hardware is there and the disk is being attached; billed. */
    STAGING,
    /** The machine has power. Whether anything answers on it is another question. */
    RUNNING,
    /** On its way down. It can be started only once it is {@link #STOPPED}. */
    STOPPING,
    /** Without power, whoever switched it off; the disk stays. */
    STOPPED,
    SUSPENDING,
    /** Needs resume, not start. */
    SUSPENDED,
    /** The host failed; the cloud repairs it. */
    REPAIRING,
    /** Going away for good. */
    DEPROVISIONING,
    /** A word that this version does not know: nothing may be concluded from it. */
    UNKNOWN;

    /** Whether the machine's hours are being charged in this status; {@code UNKNOWN} counts, as doubt must not cost money. */
    public boolean isBillable() {
        return switch (this) {
            case PROVISIONING, STAGING, RUNNING, STOPPING, SUSPENDING, REPAIRING, UNKNOWN -> true;
            case STOPPED, SUSPENDED, DEPROVISIONING -> false;
        };
    }
}
