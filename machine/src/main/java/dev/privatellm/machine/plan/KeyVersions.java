// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.KeyVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The versions of the key that are kept, and which of them are still needed.
 *
 * @param kept oldest first
 * @param needed full names of those without which some secret could not be read
 */
public record KeyVersions(List<KeyVersion> kept, Set<String> needed) {
    public KeyVersions {
        kept = List.copyOf(kept);
        needed = Set.copyOf(needed);
    }

    /** The oldest that neither encrypts nor is needed. */
    Optional<KeyVersion> superfluous() {
        return kept.stream()
                .filter(version -> !version.isPrimary() && !needed.contains(version.name()))
                .findFirst();
    }
}
