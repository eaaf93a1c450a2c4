// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes this machine's key whenever it is given a nonce to ask with, and asks for its certificate: the request goes into a guest attribute, which is all that
 * leaves the machine of it. The answer comes as another version of the bundle.
 *
 * <p>Runs on a thread of its own; {@link #want} may be called from any.
 */
final class Requester implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration FOREVER = Duration.ofDays(365);

    private final Metadata metadata;
    private final OwnKeys keys;
    private final String bootId;
    private final Time time;
    private final Journal journal;
    private final Latest<Optional<GuestConfig.Asking>> wanted;

    /** @param first what to ask with at first; empty if the key comes with the bundle */
    Requester(
            Metadata metadata,
            OwnKeys keys,
            String bootId,
            Optional<GuestConfig.Asking> first,
            Time time,
            Journal journal) {
        this.metadata = metadata;
        this.keys = keys;
        this.bootId = bootId;
        this.wanted = new Latest<>(first);
        this.time = time;
        this.journal = journal;
    }

    /** Names another nonce, or none any more. */
    void want(Optional<GuestConfig.Asking> asking) {
        wanted.set(asking);
    }

    @Override
    public void run() {
        try {
            while (true) {
                Optional<GuestConfig.Asking> next = wanted.get();
                if (next.isPresent()) {
                    ask(next.get());
                }
                wanted.awaitOther(next, FOREVER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(GuestConfig.Asking asking) throws InterruptedException {
        var pair = keys.make(asking.algorithm());
        Backoff backoff = new Backoff(time, FIRST_PAUSE, LONGEST_PAUSE);
        while (wanted.get().equals(Optional.of(asking))) {
            try {
                CertificateRequest request = new CertificateRequest(asking.nonce(), metadata.instanceId(), bootId);
                metadata.publishRequest(request.pem(pair, asking.algorithm()));
                journal.say("certificate asked for");
                return;
            } catch (IOException e) {
                journal.say("certificate not asked for yet: " + e.getMessage());
                backoff.pause();
            }
        }
    }
}
