// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.FirewallRule;
import java.util.Optional;

/**
 * The firewall rule as it was last asked for.
 *
 * @param wanted its whole content
 * @param phase how far that has come
 * @param project the project that it is in; empty on the record of a version that did not write it down
 */
public record Rule(FirewallRule wanted, Phase phase, Optional<String> project) {
    public Rule {
        project = project == null ? Optional.empty() : project;
    }

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
        return new Rule(wanted, next, project);
    }
}
