// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Instant;
import java.util.List;

/** Where the next attempt to have a machine is to be made. */
public sealed interface Placement {

    /** Each offering that is passed over, with the block that says why. */
    List<Refusal> refused();

    /** An offering that is not to be tried now. */
    record Refusal(Offering offering, Block block) {}

    /** Make a new machine here. */
    record Insert(Offering offering, List<Refusal> refused) implements Placement {
        public Insert {
            refused = List.copyOf(refused);
        }
    }

    /** Start the machine that is stopped. */
    record Restart(List<Refusal> refused) implements Placement {
        public Restart {
            refused = List.copyOf(refused);
        }
    }

    /** Try again to start the stopped machine at this moment: its model lies on its disk, which is worth some patience. */
    record RestartAt(Instant moment, List<Refusal> refused) implements Placement {
        public RestartAt {
            refused = List.copyOf(refused);
        }
    }

    /** Nothing that the specification allows is to be had before this moment. */
    record Nowhere(Instant until, List<Refusal> refused) implements Placement {
        public Nowhere {
            refused = List.copyOf(refused);
        }
    }
}
