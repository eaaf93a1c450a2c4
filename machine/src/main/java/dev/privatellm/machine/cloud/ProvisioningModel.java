// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** How a machine is bought: {@code SPOT} may be taken away at 30 s notice and costs less. */
public enum ProvisioningModel {
    SPOT,
    STANDARD
}
