// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.time.Duration;

/**
 * The configuration that a boot begins with.
 *
 * @param value the text that it was read from, which its changes are waited for after
 */
record Configured(GuestConfig config, Metadata.Value value) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Waits until the metadata server answers and has a configuration that can be used. */
    static Configured await(Metadata metadata, Time time, Journal journal) throws InterruptedException {
        Backoff backoff = new Backoff(time, FIRST_PAUSE, LONGEST_PAUSE);
        while (true) {
            try {
                Metadata.Value value = metadata.config();
                return new Configured(GuestConfig.parse(HttpCaller.utf8(value.text())), value);
            } catch (IOException | InvalidDocument e) {
                journal.say("no configuration yet: " + e.getMessage());
                backoff.pause();
            }
        }
    }
}
