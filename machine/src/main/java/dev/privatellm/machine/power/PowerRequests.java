// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.time.Instant;
import java.util.Optional;

/**
 * What people asked for by hand. A wake, a sleep or a rotation is named by any text; a text that was not seen before is carried out once and then remembered as done.
 *
 * @param wake counts as demand once, forgives failures and clears blocks
 * @param sleep puts the machine to sleep as soon as nothing is in flight
 * @param order what holds for as long as it is given
 * @param budgetOverride until when an exceeded budget does not matter; empty = as it was said before
 * @param rotation replaces keys and certificates of both sides, without a stop
 * @param authority replaces the authority that signs them
 * @param replacement which replacement of a machine may be made, by the name that it was given
 */
public record PowerRequests(
        Optional<String> wake,
        Optional<String> sleep,
        Order order,
        Optional<Instant> budgetOverride,
        Optional<String> rotation,
        Optional<NewAuthority> authority,
        Optional<String> replacement) {
    public static final PowerRequests NONE = new PowerRequests(Optional.empty(), Optional.empty(), Order.NONE);

    /** With nothing said of a budget or of keys. */
    public PowerRequests(Optional<String> wake, Optional<String> sleep, Order order) {
        this(wake, sleep, order, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Another wish of whether the machine runs. What was said of keys holds: it may not have been heard yet. */
    public PowerRequests instead(Optional<String> newWake, Optional<String> newSleep, Order newOrder) {
        return new PowerRequests(newWake, newSleep, newOrder, Optional.empty(), rotation, authority, Optional.empty());
    }

    /** The same, and until when an exceeded budget does not matter; empty = as it was said before. */
    public PowerRequests overridingBudget(Optional<Instant> until) {
        return new PowerRequests(wake, sleep, order, until, rotation, authority, replacement);
    }

    /** The same, and a rotation. */
    public PowerRequests rotating(String request) {
        return new PowerRequests(wake, sleep, order, budgetOverride, Optional.of(request), authority, replacement);
    }

    /** The same, and a replacement confirmed. */
    public PowerRequests confirming(Optional<String> confirmed) {
        return new PowerRequests(wake, sleep, order, budgetOverride, rotation, authority, confirmed);
    }

    /** The same, and another authority. */
    public PowerRequests changingAuthority(NewAuthority wanted) {
        return new PowerRequests(wake, sleep, order, budgetOverride, rotation, Optional.of(wanted), replacement);
    }

    /**
     * Another authority.
     *
     * @param compromised whether somebody else may have the key of the present one: nothing that it signed is trusted any more from now on
     */
    public record NewAuthority(String request, boolean compromised) {}

    /** A standing order. */
    public enum Order {
        NONE,
        /** Lets no machine run and no request wake one. */
        LOCK_DOWN,
        /** The same until it is called off: machine, disk and all that was made for them stay. */
        RETENTION,
        /** The same, and removes machine, disk and all that was made for them, but for keys, which can not be. */
        REMOVAL,
        /** The same, and destroys all versions of the key, so that it costs nothing any more. */
        REMOVAL_WITH_KEY
    }

    /** Whether no machine may run. */
    public boolean forbidsPower() {
        return order != Order.NONE;
    }
}
