// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.bench;

import java.net.URI;

/** A running service and the emulated cloud behind it, as a measurement needs them. */
public interface Subject {

    /** Where requests go. */
    URI gateway();

    /** Where the emulator answers, its records under {@code /_lab}. */
    URI emulator();

    /** A model that is served. */
    String model();

    /** Puts the machine to sleep and returns once it sleeps and keys for the next wake lie ready. */
    void sleep() throws InterruptedException;

    /** Resident memory of the service now, in MiB; empty where the system does not tell. */
    java.util.OptionalLong residentMiB();
}
