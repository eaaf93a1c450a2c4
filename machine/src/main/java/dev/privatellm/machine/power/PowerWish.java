// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.power;

import java.util.Optional;

/**
 * What people asked for beside the specification and beside requests.
 *
 * @param wake a wake by hand that has not been carried out yet
 * @param sleep a sleep by hand that has not been carried out yet: as soon as nothing is in flight
 * @param lockDown no machine may run and no request may wake one
 * @param kept why it is neither given power nor loses it; empty if nothing speaks against either
 */
public record PowerWish(boolean wake, boolean sleep, boolean lockDown, Optional<String> kept) {

    /** With nothing that keeps the machine as it is. */
    public PowerWish(boolean wake, boolean sleep, boolean lockDown) {
        this(wake, sleep, lockDown, Optional.empty());
    }

    /** Nobody asked for anything. */
    public static final PowerWish NONE = new PowerWish(false, false, false);
}
