// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Follows one value of the metadata server for as long as the machine runs. */
final class Watch implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Returns when the value is another one, or after a while with the same. */
    interface Source {
        Metadata.Value after(Metadata.Value known) throws IOException, InterruptedException;
    }

    private final Source source;
    private final Time time;
    private final Consumer<String> changed;
    private Metadata.Value known;

    /** @param known what is known already */
    Watch(Source source, Metadata.Value known, Time time, Consumer<String> changed) {
        this.source = source;
        this.known = known;
        this.time = time;
        this.changed = changed;
    }

    @Override
    public void run() {
        Backoff backoff = backoff();
        try {
            while (true) {
                try {
                    Metadata.Value next = source.after(known);
                    backoff = backoff();
                    if (!next.text().equals(known.text())) {
                        changed.accept(next.text());
                    }
                    known = next;
                } catch (IOException e) {
                    backoff.pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Backoff backoff() {
        return new Backoff(time, FIRST_PAUSE, LONGEST_PAUSE);
    }
}
