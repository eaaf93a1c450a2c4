// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

/** When the machine is made for the first time. */
public enum FirstBoot {
    /** At once, so that the model is pulled before anybody asks. */
    AT_ONCE,
    /** By the first request. */
    ON_DEMAND
}
