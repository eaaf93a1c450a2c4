// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.FirewallRule;

/**
 * The firewall rule as it was last asked for.
 *
 * @param wanted its whole content
 * @param phase how far that has come
 */
public record Rule(FirewallRule wanted, Phase phase) {

    /** How far a rule has come. */
    public enum Phase {
        /** Asked for; nothing is admitted before the cloud is done. */
        OPENING,
        /** The cloud is done, and what was read back is what was asked for. */
        OPEN,
        /** Its content is being replaced, or could not be; the one before may still hold. */
        REPLACING,
        /** Its removal was asked for. */
        CLOSING
    }

    Rule in(Phase next) {
        return new Rule(wanted, next);
    }
}
