// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * Names one part of the foundation.
 *
 * @param name as the cloud has it; of a subnet {@code region/name}, of a key {@code ring/name}, of an archive {@code bucket/hash}, of a right to read a
 *     bucket {@code bucket/account}, of APIs our own words for them
 */
public record PartId(Kind kind, String name) {

    /** What it is, in the order in which parts are made; they are removed in the opposite one. */
    public enum Kind {
        APIS,
        NETWORK,
        SUBNET,
        KEY,
        KEY_USE,
        ACCOUNT,
        BUCKET,
        ARCHIVE,
        BUCKET_ACCESS,
        SECRET,
        SECRET_ACCESS;

        /** Whether it outlives its resource: APIs that others may use by now, and key rings and keys, which can never be removed. */
        public boolean isPermanent() {
            return this == APIS || this == KEY || this == KEY_USE;
        }
    }

    /** The reverse of {@link #toString}. */
    public static PartId parse(String text) {
        int space = text.indexOf(' ');
        return new PartId(Kind.valueOf(text.substring(0, space)), text.substring(space + 1));
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }
}
