// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.OperationId;

/** What came back from an effect that was not refused. */
public sealed interface Answer {

    /** The cloud is at it. */
    record Accepted(OperationId operation) implements Answer {}

    /** It has happened. */
    record Done() implements Answer {}

    /** There is a new authority beside the old one, by the SHA-256 of its certificate. */
    record AuthorityMade(String fingerprint) implements Answer {}

    /** A generation was issued and is kept. */
    record Issued(Certificates certificates) implements Answer {}

    /** The bundle lies in this version, by its full name. */
    record Uploaded(String version) implements Answer {}

    /** The guest refuses new streams, or admits them again; so many are open. */
    record Drained(int openStreams) implements Answer {}
}
