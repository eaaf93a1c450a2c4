// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

/**
 * How far an epoch takes part in the change from one authority to another. Streams outlive it because no epoch asks anything of the other side that the
 * epoch before did not prepare it for: first both sides learn to trust the new authority, then they prove themselves by it, then they forget the old one.
 */
public enum Succession {
    /** There is none: one authority issues, and it alone is trusted. */
    NONE,
    /** The old authority issues, and both are trusted. */
    TRUST_BOTH,
    /** The new one issues, and both are trusted. */
    REISSUE,
    /** The new one issues, and it alone is trusted. */
    DROP_OLD
}
