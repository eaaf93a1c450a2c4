// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

/**
 * What people asked for beside the specification and beside requests.
 *
 * @param wake a wake by hand that has not been carried out yet
 * @param sleep a sleep by hand that has not been carried out yet: as soon as nothing is in flight
 * @param lockDown no machine may run and no request may wake one
 */
public record PowerWish(boolean wake, boolean sleep, boolean lockDown) {

    /** Nobody asked for anything. */
    public static final PowerWish NONE = new PowerWish(false, false, false);
}
