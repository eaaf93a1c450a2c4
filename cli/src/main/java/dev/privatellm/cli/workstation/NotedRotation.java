// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.plan.Journal;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.power.PowerRequests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A rotation that is asked for while nobody runs in a state folder: put on record there, and carried out by whoever runs next. */
public final class NotedRotation {
    private NotedRotation() {}

    /** Whether there is a resource whose keys could be rotated, or it cannot be seen whether there is: then {@link #note} says what is wrong. */
    public static boolean isPossible(Path stateFolder) {
        try {
            return !ResourceFolders.all(stateFolder).isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Puts what is asked for on record.
     *
     * @return whether the record says that no machine has power, so that nobody uses the present certificates
     * @throws WorkstationFailure if somebody runs there after all, or if a record cannot be read or written
     */
    public static boolean note(Path stateFolder, PowerRequests requests, Instant now) {
        try (StateFolder folder = StateFolder.open(stateFolder)) {
            boolean isAsleep = true;
            for (Path resource : ResourceFolders.all(folder.root())) {
                isAsleep &= noteIn(resource, requests, now);
            }
            return isAsleep;
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE, "%s cannot be used: %s".formatted(stateFolder, e.getMessage()), e);
        }
    }

    private static boolean noteIn(Path resource, PowerRequests requests, Instant now) throws IOException {
        try (FileStateStore<ResourceState> store = ResourceFiles.record(resource, ResourceState.initial(now))) {
            StateStore.Versioned<ResourceState> read = store.read();
            PlanState noted = Journal.asked(read.state().plan(), requests, now);
            store.compareAndSet(
                    read.version(), new ResourceState(noted, read.state().conditions()));
            return Planner.isAsleep(noted.power());
        }
    }
}
