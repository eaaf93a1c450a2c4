// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import dev.privatellm.lab.gcp.record.Outbound;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * What all machines share.
 *
 * @param api where their software finds Secret Manager
 * @param guest command line of their software
 * @param folder where each has a folder of its own
 */
public record MachineRoom(
        URI api, List<String> guest, Path folder, Engines engines, Outbound outbound, Addresses addresses) {

    public MachineRoom {
        guest = List.copyOf(guest);
    }

    /** Folder of one machine. */
    Path folder(MachineSetup setup) {
        return folder.resolve(setup.project() + "." + setup.zone() + "." + setup.name());
    }
}
