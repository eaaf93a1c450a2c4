// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

import java.time.Duration;

/**
 * Calls to the guest of one machine, over mutual TLS 1.3 with chain, name and pin checked. Blocking; meant for virtual threads.
 *
 * <p>Every method throws {@link GuestFailure.Unreachable} if nobody answered in time, {@link GuestFailure.Untrusted} if somebody answered who could
 * not prove to be our machine (never fall back from it), and {@link GuestFailure.Refused} if the guest itself said no.
 */
public interface GuestLink {

    /**
     * The guest's health. Returns at once if it is newer than {@code afterSeq}, else when it changes or the wait is over.
     *
     * @param afterSeq last sequence number seen; -1 for the present state at once
     * @param wait how long the guest may keep the call, at most 25 s
     */
    GuestHealth health(GuestAddress guest, long afterSeq, Duration wait);

    /** Feeds the dead man's switch. */
    void heartbeat(GuestAddress guest, String holder, long epoch);

    /**
     * Refuses new streams, or admits them again.
     *
     * @return streams that are open now; the machine may be stopped at zero
     */
    int drain(GuestAddress guest, boolean on);

    /** Tells the guest to load a bundle. It has done so once its health shows the generation. */
    void loadBundle(GuestAddress guest, String secretVersion, long generation);
}
