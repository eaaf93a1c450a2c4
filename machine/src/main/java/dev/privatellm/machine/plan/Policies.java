// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.power.PowerRequests;
import java.util.Optional;

/**
 * What may happen to what is there already.
 *
 * @param mayReplace whether a machine that cannot become what is asked for is given up for another one without being asked
 * @param isRetained whether a removal takes no more than the machine's power and its firewall rule
 * @param isKeyRemoved whether a removal of everything destroys the versions of the key, too
 * @param isObserved whether it is looked at and never changed
 * @param isPaused whether it is not even looked at
 */
public record Policies(
        boolean mayReplace, boolean isRetained, boolean isKeyRemoved, boolean isObserved, boolean isPaused) {

    /** Nothing is asked of the cloud. Whoever takes everything down means it all the same. */
    public static final String PAUSED = "ReconcilePaused";

    /** Nothing is changed in the cloud. */
    public static final String OBSERVED = "ObserveOnly";

    /** Why the machine is kept as it is, in one CamelCase word: {@value #PAUSED} or {@value #OBSERVED}; empty if it is not. */
    public Optional<String> kept(PowerRequests requests) {
        if (isObserved) {
            return Optional.of(isPaused ? PAUSED : OBSERVED);
        }
        return isPaused && !isTakenDown(requests) ? Optional.of(PAUSED) : Optional.empty();
    }

    private static boolean isTakenDown(PowerRequests requests) {
        return isDown(requests) || requests.order() == PowerRequests.Order.RETENTION;
    }

    /** Whether all that was made is to be taken away. */
    public boolean removes(PowerRequests requests) {
        return isDown(requests) && !isRetained;
    }

    /** Whether, with all that was made, the versions of the key are to be destroyed. */
    public boolean removesKey(PowerRequests requests) {
        return removes(requests) && (isKeyRemoved || requests.order() == PowerRequests.Order.REMOVAL_WITH_KEY);
    }

    /** Whether the machine is to lose its power and its firewall rule, and all the rest stays. */
    public boolean retains(PowerRequests requests) {
        return requests.order() == PowerRequests.Order.RETENTION || (isDown(requests) && isRetained);
    }

    private static boolean isDown(PowerRequests requests) {
        return requests.order() == PowerRequests.Order.REMOVAL
                || requests.order() == PowerRequests.Order.REMOVAL_WITH_KEY;
    }
}
