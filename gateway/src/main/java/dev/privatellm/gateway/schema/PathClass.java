// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/** What a path does, and so whether it may wake a machine. */
public enum PathClass {
    /** Generates: wakes, is metered, is held while the machine sleeps. */
    GENERATE,
    /** Embeds: as {@link #GENERATE}. */
    EMBED,
    /** Reads: never wakes, is answered from known state. */
    READ,
    /** Manages models: never wakes; needs the scope {@code manage}. */
    MANAGE,
    /** The gateway's own health and figures. */
    HEALTH,
    /** Nothing we serve: 404 in the guessed dialect. */
    NOT_FOUND;

    /** Whether a request of this class may wake a machine and resets its idle clock. */
    public boolean wakes() {
        return this == GENERATE || this == EMBED;
    }
}
