// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.util.List;

/**
 * All that is fixed about a machine from power-on to power-off.
 *
 * @param internal where its software binds
 * @param external where the outside reaches it
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
        Address external,
        String serviceAccount,
        List<String> scopes,
        GuestMetadata metadata) {

    public MachineSetup {
        scopes = List.copyOf(scopes);
    }
}
