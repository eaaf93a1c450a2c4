// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.util.Optional;

/**
 * What people asked for by hand. A wake or a sleep is named by any text; a text that was not seen before is carried out once and then remembered as done.
 *
 * @param wake counts as demand once, forgives failures and clears blocks
 * @param sleep puts the machine to sleep as soon as nothing is in flight
 * @param order what holds for as long as it is given
 */
public record PowerRequests(Optional<String> wake, Optional<String> sleep, Order order) {
    public static final PowerRequests NONE = new PowerRequests(Optional.empty(), Optional.empty(), Order.NONE);

    /** A standing order. */
    public enum Order {
        NONE,
        /** Lets no machine run and no request wake one. */
        LOCK_DOWN,
        /** The same, and removes machine, disk and all that was made for them, but for keys, which can not be. */
        REMOVAL
    }

    /** Whether no machine may run. */
    public boolean forbidsPower() {
        return order != Order.NONE;
    }
}
