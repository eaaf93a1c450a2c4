// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.util.Optional;

/**
 * What people asked for by hand. A wake or a sleep is named by any text; a text that was not seen before is carried out once and then remembered as done.
 *
 * @param wake counts as demand once, forgives failures and clears blocks
 * @param sleep puts the machine to sleep as soon as nothing is in flight
 * @param lockDown lets no machine run and no request wake one, for as long as it stands
 */
public record PowerRequests(Optional<String> wake, Optional<String> sleep, boolean lockDown) {
    public static final PowerRequests NONE = new PowerRequests(Optional.empty(), Optional.empty(), false);
}
