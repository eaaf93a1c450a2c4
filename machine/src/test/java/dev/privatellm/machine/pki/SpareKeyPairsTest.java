// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SpareKeyPairsTest {

    @Test
    void makesNoOtherPairForOneThatWasTakenUntilItIsTold() {
        AtomicLong drawn = new AtomicLong();
        try (SpareKeyPairs keys = new SpareKeyPairs(KeyAlgorithm.ECDSA_P256, counting(drawn))) {
            awaitFull(keys);
            long before = drawn.get();
            assertThat(before).isPositive();
            for (int i = 0; i < SpareKeyPairs.PAIRS_PER_EPOCH; i++) {
                keys.take();
            }

            assertThat(keys.ready()).isZero();
            Awaitility.await()
                    .during(Duration.ofMillis(200))
                    .untilAsserted(() -> assertThat(drawn).hasValue(before));

            keys.replenish();
            awaitFull(keys);
        }
    }

    @Test
    void handsOutMoreThanThereAreSpares() {
        try (SpareKeyPairs keys = new SpareKeyPairs(KeyAlgorithm.ECDSA_P256, new SecureRandom())) {
            awaitFull(keys);
            Set<KeyPair> taken = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                assertThat(taken.add(keys.take())).isTrue();
            }
            keys.replenish();
            awaitFull(keys);
        }
    }

    @Test
    void closingReleasesThoseWhoWait() {
        SpareKeyPairs keys = new SpareKeyPairs(KeyAlgorithm.RSA_4096, new SecureRandom());
        CompletableFuture<KeyPair> waiting = CompletableFuture.supplyAsync(() -> {
            for (int i = 0; i < 1000; i++) {
                keys.take();
            }
            return keys.take();
        });
        keys.close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
        assertThatThrownBy(keys::take).isInstanceOf(CancellationException.class);
    }

    /** Randomness of which it is known how often anybody has drawn from it. */
    private static SecureRandom counting(AtomicLong drawn) {
        return new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                drawn.incrementAndGet();
                super.nextBytes(bytes);
            }
        };
    }

    private static void awaitFull(SpareKeyPairs keys) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> keys.ready() == SpareKeyPairs.PAIRS_PER_EPOCH);
    }
}
