// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.power.PowerRequests;

/**
 * What may happen to what is there already.
 *
 * @param mayReplace whether a machine that cannot become what is asked for is given up for another one without being asked
 * @param isRetained whether a removal takes no more than the machine's power and its firewall rule
 * @param isKeyRemoved whether a removal of everything destroys the versions of the key, too
 */
public record Policies(boolean mayReplace, boolean isRetained, boolean isKeyRemoved) {

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
