// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.MemoryEpochStore;
import dev.privatellm.machine.pki.TestPki;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class GuestWatchTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Epoch EPOCH = TestPki.issuer(TestPki.authority(KeyAlgorithm.ECDSA_P256, CLOCK), CLOCK)
            .issue(1, TestPki.SERVER_NAME, Optional.empty());

    private final MemoryEpochStore epochs = new MemoryEpochStore();
    private final PinnedGuestLink link = new PinnedGuestLink(epochs, InstantSource.system());
    private final Semaphore told = new Semaphore(0);
    private final GuestWatch watch = new GuestWatch(link, "me", 1, InstantSource.system(), told::release);

    GuestWatchTest() {
        epochs.save(EPOCH);
    }

    @AfterEach
    void close() {
        watch.close();
        link.close();
    }

    @Test
    void tellsEachChangeWhenTheGuestSaysIt() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            watch.follow(guest.address(EPOCH));
            awaitState(GuestHealth.State.BOOTING);
            guest.become(2, "loading");
            awaitState(GuestHealth.State.LOADING);
            long start = System.nanoTime();
            guest.become(3, "ready");
            awaitState(GuestHealth.State.READY);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void beatsAsSoonAsTheGuestAnswers() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            watch.follow(guest.address(EPOCH));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> guest.calls.stream().anyMatch(call -> call.startsWith("POST /pllm/v1/heartbeat")));
        }
    }

    @Test
    @DisplayName(
            "the guest hears no heartbeat once the controller's steps have come to no end for three minutes, and hears it again with the next step")
    void beatsOnlyForAControllerThatSteps() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T08:00:00Z"));
        try (TlsGuest guest = TlsGuest.of(EPOCH);
                GuestWatch timed = new GuestWatch(link, "me", 1, now::get, told::release)) {
            timed.follow(guest.address(EPOCH));
            awaitBeats(guest, 1);
            now.set(now.get().plus(GuestWatch.CONTROLLER_SILENCE));
            says(guest, timed, 2);
            says(guest, timed, 3);
            assertThat(beats(guest)).isEqualTo(1);

            timed.stepped();
            says(guest, timed, 4);
            awaitBeats(guest, 2);
        }
    }

    @Test
    @DisplayName("C7 a look at the guest that fails in a way nobody thought of is a failure like others, and repeated")
    void looksAgainAfterAMistake() throws Exception {
        epochs.failFinds(true);
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            watch.follow(guest.address(EPOCH));
            awaitFailure(GuestFailure.class);

            epochs.failFinds(false);
            awaitState(GuestHealth.State.BOOTING);
        }
    }

    /** Returns once the watch has heard of it, and so has done whatever it does after what it heard before. */
    private static void says(TlsGuest guest, GuestWatch by, long seq) {
        guest.become(seq, "ready");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> by.sighting()
                        .flatMap(GuestWatch.Sighting::health)
                        .filter(health -> health.seq() == seq)
                        .isPresent());
    }

    private static long beats(TlsGuest guest) {
        return guest.calls.stream()
                .filter(call -> call.startsWith("POST /pllm/v1/heartbeat"))
                .count();
    }

    private static void awaitBeats(TlsGuest guest, long count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> beats(guest) == count);
    }

    @Test
    void tellsThatNobodyAnswersOnceAndFindsTheGuestWhenItComes() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            GuestAddress address = guest.address(EPOCH);
            guest.stop();
            watch.follow(address);
            awaitFailure(GuestFailure.Unreachable.class);
            int tellings = told.availablePermits();
            Awaitility.await()
                    .pollDelay(Duration.ofMillis(300))
                    .untilAsserted(() -> assertThat(told.availablePermits()).isEqualTo(tellings));
        }
    }

    @Test
    void losingTheGuestKeepsWhatItSaidLastBesideTheFailure() throws Exception {
        try (TlsGuest guest = TlsGuest.of(EPOCH)) {
            watch.follow(guest.address(EPOCH));
            awaitState(GuestHealth.State.BOOTING);
            guest.stop();
            awaitFailure(GuestFailure.Unreachable.class);
        }
        assertThat(watch.sighting().orElseThrow().health()).isPresent();
    }

    @Test
    void followsAnotherGuestAndForgetsTheFirst() throws Exception {
        try (TlsGuest first = TlsGuest.of(EPOCH);
                TlsGuest second = TlsGuest.of(EPOCH)) {
            watch.follow(first.address(EPOCH));
            awaitState(GuestHealth.State.BOOTING);
            second.become(5, "ready");
            watch.follow(second.address(EPOCH));
            awaitState(GuestHealth.State.READY);
            watch.forget();
            assertThat(watch.sighting()).isEmpty();
        }
    }

    @Test
    void strangerIsToldAsUntrusted() throws Exception {
        Epoch other = TestPki.issuer(TestPki.authority(KeyAlgorithm.ECDSA_P256, CLOCK), CLOCK)
                .issue(1, TestPki.SERVER_NAME, Optional.empty());
        try (TlsGuest guest = TlsGuest.of(other)) {
            watch.follow(guest.address(EPOCH));
            awaitFailure(GuestFailure.Untrusted.class);
        }
    }

    @Test
    void findsAGuestThatComesUpLate() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        watch.follow(new GuestAddress(
                "127.0.0.1", port, EPOCH.serverName(), EPOCH.pin().orElseThrow().hex(), Optional.empty(), 1));
        awaitFailure(GuestFailure.Unreachable.class);
        try (TlsGuest late = TlsGuest.of(EPOCH, port)) {
            awaitState(GuestHealth.State.BOOTING);
            assertThat(late.calls).isNotEmpty();
        }
    }

    private void awaitState(GuestHealth.State state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> watch.sighting()
                        .filter(seen -> seen.failure().isEmpty())
                        .flatMap(GuestWatch.Sighting::health)
                        .map(GuestHealth::state)
                        .filter(state::equals)
                        .isPresent());
    }

    private void awaitFailure(Class<? extends GuestFailure> kind) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> watch.sighting()
                        .flatMap(GuestWatch.Sighting::failure)
                        .filter(kind::isInstance)
                        .isPresent());
    }
}
