// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

/** Whose call it is, after the bearer has been checked. */
public sealed interface Caller {

    /** E-mail of the service account. */
    String email();

    /** The service account whose key the emulator wrote: may do everything. */
    record Operator(String email) implements Caller {}

    /** A machine, by a token of its own metadata server: may do what its account was granted. */
    record Machine(String project, String zone, String name, String email) implements Caller {}
}
