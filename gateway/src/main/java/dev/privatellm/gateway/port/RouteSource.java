// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.util.List;

/** Tells which machines there are and in what state each of them is, as last written down by the control plane. */
public interface RouteSource {

    /** The links known now, one per resource, in no particular order; empty if there are none. The list does not change afterwards. */
    List<Link> links();

    /**
     * Calls {@code listener} after every change of {@link #links()}, from any thread, until the subscription is closed. Several changes may be told as one.
     * The listener returns at once.
     */
    Subscription subscribe(Runnable listener);

    /** Ends a subscription; closing it twice is a success. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
