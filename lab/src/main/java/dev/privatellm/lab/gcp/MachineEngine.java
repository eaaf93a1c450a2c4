// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import java.net.URI;
import java.util.List;

/** What answers behind a machine's guest. */
public sealed interface MachineEngine {

    /** The deterministic engine double, one per machine; models that were pulled stay on the machine's disk. */
    record Simulated() implements MachineEngine {}

    /**
     * A real Ollama that somebody else runs, shared by all machines, behind a tap that records what it answered.
     *
     * @param url its address, {@code http://host:port}
     * @param models names of its models that may be asked for; empty: whatever it has
     */
    record Real(URI url, List<String> models) implements MachineEngine {
        public Real {
            models = List.copyOf(models);
        }
    }
}
