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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SpareKeyPairsTest {

    @Test
    void replacesEveryPairThatIsTaken() {
        try (SpareKeyPairs keys = new SpareKeyPairs(KeyAlgorithm.ECDSA_P256, new SecureRandom())) {
            awaitFull(keys);
            Set<KeyPair> taken = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                assertThat(taken.add(keys.take())).isTrue();
            }
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

    private static void awaitFull(SpareKeyPairs keys) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> keys.ready() == SpareKeyPairs.PAIRS_PER_EPOCH);
    }
}
