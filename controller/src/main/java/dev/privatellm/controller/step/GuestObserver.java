// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.controller.link.GuestWatch;
import dev.privatellm.machine.link.GuestAddress;
import java.util.Optional;

/** Looks at one guest and keeps its dead man's switch from firing, beside the steps: a step reads what was seen last and never waits for a guest. */
public interface GuestObserver {

    /** Looks at this guest from now on; the same again changes nothing. */
    void follow(GuestAddress guest);

    /** Looks at no guest. */
    void forget();

    /** What was seen last of the guest that is followed; empty before the first answer or failure. */
    Optional<GuestWatch.Sighting> sighting();

    /** A step has come to its end: the guest may be told that its controller lives. */
    void stepped();

    /** Looks by a watch. */
    static GuestObserver of(GuestWatch watch) {
        return new GuestObserver() {
            @Override
            public void follow(GuestAddress guest) {
                watch.follow(guest);
            }

            @Override
            public void forget() {
                watch.forget();
            }

            @Override
            public Optional<GuestWatch.Sighting> sighting() {
                return watch.sighting();
            }

            @Override
            public void stepped() {
                watch.stepped();
            }
        };
    }
}
