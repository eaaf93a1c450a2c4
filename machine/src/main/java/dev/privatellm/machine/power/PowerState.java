// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

/** What the specification says about power. */
public enum PowerState {
    /** Demand decides. */
    AUTO,
    /** Always on. */
    RUNNING,
    /** Always off; requests are refused. */
    STOPPED
}
