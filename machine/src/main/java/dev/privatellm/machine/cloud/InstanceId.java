// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** Where an instance is: its zone and its name there. */
public record InstanceId(Zone zone, InstanceName name) {

    @Override
    public String toString() {
        return zone + "/" + name;
    }
}
