// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

/** Lets one thread end a call that another waits for; one that is ended before it begins ends at once. Thread-safe. */
final class Abandonment {
    private boolean abandoned;
    private Runnable end = () -> {};

    synchronized void abandon() {
        abandoned = true;
        end.run();
    }

    /** @param ends the call; quick, and harmless to a call that is over */
    synchronized void onAbandon(Runnable ends) {
        end = ends;
        if (abandoned) {
            ends.run();
        }
    }
}
