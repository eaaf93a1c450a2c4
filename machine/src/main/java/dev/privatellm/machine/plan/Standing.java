// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/** What became of a part, as the cloud says. */
public sealed interface Standing {

    /** It is not there. */
    record Absent() implements Standing {}

    /** It is there and ours. */
    record Ours() implements Standing {}

    /** Something of its name is there and belongs to somebody else. */
    record Foreign(String owner) implements Standing {}
}
