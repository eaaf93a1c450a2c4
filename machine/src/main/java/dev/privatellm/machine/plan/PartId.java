// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * Names one part of the foundation.
 *
 * @param name as the cloud has it; of a subnet {@code region/name}, of a key {@code ring/name}
 */
public record PartId(Kind kind, String name) {

    /** What it is, in the order in which parts are made; they are removed in the opposite one. */
    public enum Kind {
        NETWORK,
        SUBNET,
        KEY,
        KEY_USE,
        ACCOUNT,
        SECRET,
        SECRET_ACCESS;

        /** Whether it outlives its resource: key rings and keys can never be removed, nor their names used again. */
        public boolean isPermanent() {
            return this == KEY || this == KEY_USE;
        }
    }

    /** The reverse of {@link #toString}. */
    static PartId parse(String text) {
        int space = text.indexOf(' ');
        return new PartId(Kind.valueOf(text.substring(0, space)), text.substring(space + 1));
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }
}
