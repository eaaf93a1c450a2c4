// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.List;
import java.util.OptionalInt;

/**
 * What the emulated cloud and its engines recorded, read at one moment.
 *
 * @param machinesCreated machines ever made
 * @param machineStarts runs, the first of each machine included
 * @param machinesRunning machines that are billed now
 * @param secondsBilled of all runs together
 * @param cost USD of all runs together
 * @param firewallRules rules that exist now
 * @param liveSecretVersions secret versions that are not destroyed
 * @param calls API calls in the journal
 * @param engine one entry per request that an engine has finished
 * @param outbound what left our side
 */
public record CloudRecord(
        int machinesCreated,
        int machineStarts,
        int machinesRunning,
        double secondsBilled,
        double cost,
        int firewallRules,
        int liveSecretVersions,
        int calls,
        List<EngineCount> engine,
        Outbound outbound) {

    /**
     * The bytes that were sent to the cloud and to machines, already searched.
     *
     * @param bytes how many were recorded
     * @param complete whether none was lost
     * @param keyPieces pieces of the authority's private key found in them
     * @param privateKeys signs of any private key at all found in them; empty where one is uploaded on purpose
     */
    public record Outbound(long bytes, boolean complete, int keyPieces, OptionalInt privateKeys) {}

    public CloudRecord {
        engine = List.copyOf(engine);
    }
}
