// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.net.URI;
import java.util.OptionalLong;

/** A running service and the emulated cloud behind it, as a measurement needs them. */
public interface Subject {

    /** Where requests go. */
    URI gateway();

    /** Where the emulator answers: the cloud's paths, and its records under {@code /_lab}. */
    URI emulator();

    /** What the cloud's paths want as a bearer. */
    String bearer();

    /** A model that is served. */
    String model();

    /** Puts the machine to sleep and returns once it sleeps and keys for the next wake lie ready. */
    void sleep() throws InterruptedException;

    /** Resident memory of the service now, in bytes; empty where the system does not tell. */
    OptionalLong residentBytes();
}
