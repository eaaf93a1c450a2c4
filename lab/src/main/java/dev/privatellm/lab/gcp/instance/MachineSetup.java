// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.util.List;

/**
 * All that is fixed about a machine from power-on to power-off.
 *
 * @param internal where its software binds
 * @param door where it is reached, past the firewall
 * @param isDoorExternal whether that is an address in the internet; else it is the one in its network
 * @param serviceAccount e-mail of its account; empty if it has none
 */
public record MachineSetup(
        String project,
        long projectNumber,
        String zone,
        String name,
        String id,
        String machineType,
        Address internal,
        Address door,
        boolean isDoorExternal,
        String serviceAccount,
        List<String> scopes,
        GuestMetadata metadata) {

    public MachineSetup {
        scopes = List.copyOf(scopes);
    }
}
