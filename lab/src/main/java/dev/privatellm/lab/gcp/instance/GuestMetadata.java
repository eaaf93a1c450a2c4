// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What changes of a machine's metadata while it runs, and who waits for that. Outlives a boot. Thread-safe. */
public final class GuestMetadata {

    /** Guest attributes of one machine at most, as documented: 32 MB in the cloud; a certificate request needs 2 kB. */
    public static final int MAX_GUEST_ATTRIBUTES = 100;

    private Map<String, String> attributes = Map.of();
    private boolean preempted;
    private final Map<String, String> guestAttributes = new TreeMap<>();

    /** Replaces the attributes, as {@code setMetadata} does. */
    public synchronized void attributes(Map<String, String> changed) {
        attributes = Map.copyOf(changed);
        notifyAll();
    }

    public synchronized Map<String, String> attributes() {
        return attributes;
    }

    /** Says that the cloud takes the machine back. */
    public synchronized void preempted(boolean value) {
        preempted = value;
        notifyAll();
    }

    public synchronized boolean isPreempted() {
        return preempted;
    }

    /** Keeps what the machine wrote under {@code namespace/key}; false if there is no room. */
    public synchronized boolean putGuestAttribute(String path, String value) {
        if (guestAttributes.size() >= MAX_GUEST_ATTRIBUTES && !guestAttributes.containsKey(path)) {
            return false;
        }
        guestAttributes.put(path, value);
        return true;
    }

    public synchronized Map<String, String> guestAttributes() {
        return Map.copyOf(guestAttributes);
    }

    /** Waits until a value is another than the given one, or the time is over, and tells it as it is then. */
    synchronized Optional<String> awaitOther(Supplier<Optional<String>> value, String than, long millis)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        Optional<String> now = value.get();
        long left = millis;
        while (now.isPresent() && MetadataServer.etag(now.get()).equals(than) && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            now = value.get();
        }
        return now;
    }
}
