// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import dev.privatellm.lab.engine.ModelStore;
import java.time.Instant;

/**
 * A persistent disk: what the API shows of it, and the models that lie on it.
 *
 * @param autoDelete whether it goes with its instance
 */
record Disk(
        String project,
        String zone,
        com.google.cloud.compute.v1.Disk view,
        boolean autoDelete,
        ModelStore content,
        Instant created) {

    String name() {
        return view.getName();
    }

    String path() {
        return Links.in(project, zone, "disks", name());
    }
}
