// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Demand;
import dev.privatellm.gateway.port.Timepiece;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the demand for one route: at once when it begins and when it ends, and every {@link Demand#RENEWAL_PERIOD} while it lasts.
 *
 * <p>Signals leave in order and without a lock: whoever finds nobody at work sends, and goes on as long as others have reported a change meanwhile. So the
 * port may come back into the gate from within its call, and two threads never send at once.
 */
final class DemandBeacon {
    private static final Logger LOG = LoggerFactory.getLogger(DemandBeacon.class);

    private final LongFunction<Demand> read;
    private final Consumer<Demand> send;
    private final Timepiece time;
    private final AtomicInteger changes = new AtomicInteger();
    private long seq;
    private boolean present;
    private boolean renewalDue;
    private Timepiece.@Nullable Alarm renewal;

    /**
     * @param read the demand now, to be given the number of its signal
     * @param send the port
     */
    DemandBeacon(LongFunction<Demand> read, Consumer<Demand> send, Timepiece time) {
        this.read = read;
        this.send = send;
        this.time = time;
    }

    /** Something was counted. */
    void changed() {
        report(false);
    }

    private void report(boolean renew) {
        if (renew) {
            synchronized (this) {
                renewalDue = true;
            }
        }
        if (changes.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            try {
                signalIfNeeded();
            } catch (RuntimeException fault) {
                // Whoever is counted next must still be told of; the renewal repeats what was lost.
                LOG.error("Demand could not be told", fault);
            }
            seen = changes.addAndGet(-seen);
        } while (seen != 0);
    }

    /** Runs on one thread at a time. */
    private void signalIfNeeded() {
        boolean renew;
        synchronized (this) {
            renew = renewalDue;
            renewalDue = false;
        }
        Demand demand = read.apply(seq + 1);
        boolean needed = demand.isPresent();
        if (needed == present && !(renew && needed)) {
            return;
        }
        seq++;
        present = needed;
        schedule(needed);
        send.accept(demand);
    }

    private synchronized void schedule(boolean needed) {
        if (renewal != null) {
            renewal.cancel();
        }
        renewal = needed ? time.after(Demand.RENEWAL_PERIOD, () -> report(true)) : null;
    }
}
