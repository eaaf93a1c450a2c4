// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.pki.CertificateAuthority;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.KeyPairs;
import dev.privatellm.machine.pki.TestPki;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One authority and a few key pairs for all worlds of an algorithm: making them is most of what a world costs. */
record KeyRing(CertificateAuthority authority, KeyPairs pairs, List<KeyPair> made) {
    static final KeyRing EC = of(KeyAlgorithm.ECDSA_P256, 6);

    /** What the product has by default. Making it takes seconds. */
    static KeyRing rsa() {
        return of(KeyAlgorithm.RSA_4096, 2);
    }

    private static KeyRing of(KeyAlgorithm algorithm, int size) {
        List<KeyPair> made = Stream.generate(() -> algorithm.generate(new SecureRandom()))
                .limit(size)
                .toList();
        AtomicInteger taken = new AtomicInteger();
        KeyPairs pairs = new KeyPairs() {
            @Override
            public KeyPair take() {
                return made.get(taken.getAndIncrement() % made.size());
            }

            @Override
            public KeyAlgorithm algorithm() {
                return algorithm;
            }
        };
        return new KeyRing(TestPki.authority(algorithm, Clock.fixed(World.START, ZoneOffset.UTC)), pairs, made);
    }
}
