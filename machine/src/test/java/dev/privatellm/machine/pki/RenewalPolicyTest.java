// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.pki.RenewalPolicy.Renewal;
import dev.privatellm.machine.pki.RenewalPolicy.Wanted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RenewalPolicyTest {
    private static final Epoch EPOCH = TestPki.epoch(3);
    private static final Wanted WANTED = new Wanted(
            3,
            Set.of(TestPki.AUTHORITY.certificate()),
            TestPki.SERVER_NAME,
            KeyAlgorithm.ECDSA_P256,
            ServerKey.UPLOADED);
    private final RenewalPolicy policy = new RenewalPolicy();

    @Test
    void freshEpochMayBeUsed() {
        assertThat(policy.decide(Optional.of(EPOCH), WANTED, TestPki.NOW)).isEmpty();
    }

    @Test
    void nothingIssuedIsItsOwnReason() {
        assertReason(policy.decide(Optional.empty(), WANTED, TestPki.NOW), "NeverIssued");
    }

    @Test
    @DisplayName("P16 after seven days off the old certificate is objected to before any start")
    void expiredEpochIsRenewed() {
        Instant later = TestPki.NOW.plus(Duration.ofDays(7)).plusSeconds(1);
        assertReason(policy.decide(Optional.of(EPOCH), WANTED, later), "CertificateExpiring");
    }

    @Test
    @DisplayName("P17 renewal is due with a third of the issued lifetime left, long before anything expires")
    void renewsWithAThirdLeft() {
        Instant due = policy.renewAt(EPOCH);
        Duration lifetime = Duration.ofDays(7).plusMinutes(10);
        assertThat(due).isEqualTo(EPOCH.notAfter().minus(lifetime.dividedBy(3)));
        assertThat(policy.decide(Optional.of(EPOCH), WANTED, due.minusSeconds(1)))
                .isEmpty();
        assertReason(policy.decide(Optional.of(EPOCH), WANTED, due), "CertificateExpiring");
    }

    @Test
    @DisplayName("L5 a certificate with less than 24 hours left is never used")
    void renewsWithADayLeft() {
        for (int hours = 0; hours <= 24; hours++) {
            Instant late = EPOCH.notAfter().minus(Duration.ofHours(hours));
            assertReason(policy.decide(Optional.of(EPOCH), WANTED, late), "CertificateExpiring");
        }
    }

    @Test
    @DisplayName("P17 a machine that runs for eight days never presents an expired certificate")
    void eightDaysWithoutExpiry() {
        Epoch current = EPOCH;
        for (Instant now = TestPki.NOW;
                now.isBefore(TestPki.NOW.plus(Duration.ofDays(8)));
                now = now.plus(Duration.ofHours(1))) {
            Wanted wanted = new Wanted(
                    current.generation(),
                    WANTED.authorities(),
                    WANTED.serverName(),
                    WANTED.algorithm(),
                    ServerKey.UPLOADED);
            if (policy.decide(Optional.of(current), wanted, now).isPresent()) {
                current = TestPki.issuer(TestPki.AUTHORITY, Clock.fixed(now, ZoneOffset.UTC))
                        .issue(current.generation() + 1, TestPki.SERVER_NAME, Optional.of(current));
            }
            assertThat(now).isBefore(current.notAfter().minus(Duration.ofDays(2)));
        }
        assertThat(current.generation()).isEqualTo(4);
    }

    @Test
    void anotherGenerationThanRecordedIsObjectedTo() {
        Wanted next = new Wanted(4, WANTED.authorities(), WANTED.serverName(), WANTED.algorithm(), ServerKey.UPLOADED);
        assertReason(policy.decide(Optional.of(EPOCH), next, TestPki.NOW), "GenerationMismatch");
    }

    @Test
    void anotherAuthorityIsObjectedTo() {
        CertificateAuthority other =
                TestPki.authority(KeyAlgorithm.ECDSA_P256, Clock.fixed(TestPki.NOW, ZoneOffset.UTC));
        Wanted wanted =
                new Wanted(3, Set.of(other.certificate()), WANTED.serverName(), WANTED.algorithm(), ServerKey.UPLOADED);
        assertReason(policy.decide(Optional.of(EPOCH), wanted, TestPki.NOW), "AuthorityChanged");
    }

    @Test
    void anotherNameOrAlgorithmIsObjectedTo() {
        Wanted name = new Wanted(3, WANTED.authorities(), "other", WANTED.algorithm(), ServerKey.UPLOADED);
        assertReason(policy.decide(Optional.of(EPOCH), name, TestPki.NOW), "ServerNameChanged");
        Wanted algorithm =
                new Wanted(3, WANTED.authorities(), WANTED.serverName(), KeyAlgorithm.RSA_4096, ServerKey.UPLOADED);
        assertReason(policy.decide(Optional.of(EPOCH), algorithm, TestPki.NOW), "KeyAlgorithmChanged");
    }

    @Test
    @DisplayName("S1 whoever changes where the machine's key is born gets other certificates")
    void anotherBirthplaceOfTheKeyIsObjectedTo() {
        Wanted own = new Wanted(3, WANTED.authorities(), WANTED.serverName(), KeyAlgorithm.ECDSA_P256, ServerKey.CSR);
        assertReason(policy.decide(Optional.of(EPOCH), own, TestPki.NOW), "ServerKeyChanged");
        Epoch asked = TestPki.ISSUER.request(3, TestPki.SERVER_NAME, Optional.empty());
        assertThat(policy.decide(Optional.of(asked), own, TestPki.NOW)).isEmpty();
        assertReason(policy.decide(Optional.of(asked), WANTED, TestPki.NOW), "ServerKeyChanged");
    }

    @Test
    @DisplayName("P8 a certificate with the key of another generation is never used")
    void keyOfAnotherGenerationIsObjectedTo() {
        Epoch other = TestPki.epoch(3);
        Identity mixed = new Identity(
                TestPki.serverOf(EPOCH).certificate(), TestPki.serverOf(other).key());
        assertReason(policy.decide(Optional.of(with(mixed)), WANTED, TestPki.NOW), "KeyMismatch");
    }

    @Test
    void leafOfAnotherAuthorityIsObjectedTo() {
        CertificateAuthority other =
                TestPki.authority(KeyAlgorithm.ECDSA_P256, Clock.fixed(TestPki.NOW, ZoneOffset.UTC));
        Identity foreign = TestPki.serverOf(TestPki.issuer(other, Clock.fixed(TestPki.NOW, ZoneOffset.UTC))
                .issue(3, TestPki.SERVER_NAME, Optional.empty()));
        assertReason(policy.decide(Optional.of(with(foreign)), WANTED, TestPki.NOW), "ChainBroken");
    }

    private static Epoch with(Identity server) {
        return new Epoch(
                3,
                TestPki.SERVER_NAME,
                EPOCH.authority(),
                EPOCH.alsoTrusted(),
                new MachineIdentity.Uploaded(server),
                EPOCH.controller(),
                EPOCH.gateway(),
                EPOCH.tokens(),
                Optional.empty());
    }

    private static void assertReason(Optional<Renewal> renewal, String reason) {
        assertThat(renewal).map(Renewal::reason).contains(reason);
    }
}
