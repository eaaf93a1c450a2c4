// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** An authority and its issuer for tests, with keys that are quick to make. */
public final class TestPki {
    public static final Instant NOW = Instant.parse("2026-11-21T08:00:00.123Z");
    public static final String SERVER_NAME = "pllm-0123456789ab.private-llm";
    public static final CertificateAuthority AUTHORITY =
            authority(KeyAlgorithm.ECDSA_P256, Clock.fixed(NOW, ZoneOffset.UTC));
    public static final EpochIssuer ISSUER = issuer(AUTHORITY, Clock.fixed(NOW, ZoneOffset.UTC));

    private TestPki() {}

    public static CertificateAuthority authority(KeyAlgorithm algorithm, Clock clock) {
        return CertificateAuthority.create("uid-1", fresh(algorithm), clock, new SecureRandom());
    }

    /** Those of a resource whose first one is {@link #AUTHORITY}. */
    public static MemoryAuthorities authorities() {
        return authorities(AUTHORITY, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static MemoryAuthorities authorities(CaSigner first, Clock clock) {
        return new MemoryAuthorities(first, () -> authority(KeyAlgorithm.ECDSA_P256, clock));
    }

    public static EpochIssuer issuer(CaSigner authority, Clock clock) {
        return new EpochIssuer(
                authorities(authority, clock), fresh(KeyAlgorithm.ECDSA_P256), clock, new SecureRandom());
    }

    /** An epoch of {@link #AUTHORITY}, issued at {@link #NOW}. */
    public static Epoch epoch(long generation) {
        return ISSUER.issue(generation, SERVER_NAME, Optional.empty());
    }

    /** The identity of the machine in an epoch whose keys were all made here. */
    public static Identity serverOf(Epoch epoch) {
        return ((MachineIdentity.Uploaded) epoch.server()).identity();
    }

    /** Pairs made when they are asked for. */
    public static KeyPairs fresh(KeyAlgorithm algorithm) {
        return new KeyPairs() {
            @Override
            public KeyPair take() {
                return algorithm.generate(new SecureRandom());
            }

            @Override
            public KeyAlgorithm algorithm() {
                return algorithm;
            }
        };
    }
}
