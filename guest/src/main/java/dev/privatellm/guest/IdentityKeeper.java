// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Fetches the bundle that the configuration, or a notice of the controller, names, and puts it in place: at first this lets the front begin to listen, later it changes what new
 * connections see. A bundle that is incomplete, or older than the one in use, changes nothing; without any, nothing listens. One that only lacks the
 * certificate of this machine is complete for whoever has still to ask for it: its successor will be named.
 *
 * <p>Runs on a thread of its own; {@link #want} may be called from any.
 */
final class IdentityKeeper implements Runnable {
    /** When a version that could not be used is tried again, unless another one is named before. */
    static final Duration RETRY = Duration.ofSeconds(30);

    /** A version in place is looked at again this late: its bundle's certificate is long replaced by then. */
    private static final Duration FOREVER = Duration.ofDays(365);

    /** Takes an identity that is complete. */
    interface Sink {
        void accept(FrontIdentity identity) throws IOException, InterruptedException;
    }

    private record Wanted(String version, long leastGeneration) {}

    private final SecretVersions secrets;
    private final GuestStatus status;
    private final InstantSource clock;
    private final Sink sink;
    private final Journal journal;
    private final Latest<Wanted> wanted;

    IdentityKeeper(
            SecretVersions secrets,
            String version,
            GuestStatus status,
            InstantSource clock,
            Sink sink,
            Journal journal) {
        this.clock = clock;
        this.secrets = secrets;
        this.wanted = new Latest<>(new Wanted(version, 1));
        this.status = status;
        this.sink = sink;
        this.journal = journal;
    }

    /** Names another version. */
    void want(String version, long leastGeneration) {
        wanted.set(new Wanted(version, leastGeneration));
    }

    @Override
    public void run() {
        try {
            while (true) {
                Wanted next = wanted.get();
                wanted.awaitOther(next, tryLoad(next) ? FOREVER : RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tryLoad(Wanted next) throws InterruptedException {
        try {
            load(next);
            return true;
        } catch (InvalidDocument | IOException e) {
            journal.say("bundle refused: " + e.getMessage());
            return false;
        }
    }

    private void load(Wanted next) throws IOException, InterruptedException, InvalidDocument {
        Optional<Bundle> found = secrets.bundle(next.version());
        if (found.isEmpty()) {
            journal.say("bundle waits for the certificate of this machine");
            return;
        }
        Bundle bundle = found.get();
        long least = Math.max(next.leastGeneration(), status.current().generation());
        if (bundle.generation() < least) {
            throw new InvalidDocument(
                    "bundle.generation: " + bundle.generation() + " (expected: " + least + " or later)");
        }
        sink.accept(FrontIdentity.of(bundle, clock));
        status.change(now -> now.withGeneration(bundle.generation()));
        journal.say("identity of generation " + bundle.generation() + " in place");
    }
}
