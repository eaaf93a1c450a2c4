// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.pki.SigningPolicy.Granted;
import dev.privatellm.machine.pki.SigningPolicy.Judgement;
import dev.privatellm.machine.pki.SigningPolicy.Missing;
import dev.privatellm.machine.pki.SigningPolicy.Refused;
import dev.privatellm.machine.pki.SigningPolicy.Wanted;
import dev.privatellm.machine.pki.TestRequests.Asking;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningPolicyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Nonce NONCE = new Nonce(7, "0123456789abcdef".repeat(2));
    private static final KeyPair PAIR = KeyAlgorithm.ECDSA_P256.generate(RANDOM);
    private static final KeyPair OTHER = KeyAlgorithm.ECDSA_P256.generate(RANDOM);
    private static final Wanted WANTED = new Wanted(NONCE, "4711", KeyAlgorithm.ECDSA_P256);
    private static final Asking ASKING = Asking.of(NONCE.toString(), "4711", "boot-1", PAIR, KeyAlgorithm.ECDSA_P256);

    private static Judgement judge(String pem) {
        return new SigningPolicy().judge(Optional.of(pem), WANTED);
    }

    private static void assertRefused(String pem, String reason) {
        assertThat(judge(pem))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    @DisplayName("S1 a request with our nonce, by our machine, proven by the key that it asks for, is granted")
    void grantsWhatWasAskedFor(KeyAlgorithm algorithm) {
        KeyPair pair = algorithm.generate(RANDOM);
        Asking asking = Asking.of(NONCE.toString(), "4711", "boot-1", pair, algorithm);

        Judgement judgement =
                new SigningPolicy().judge(Optional.of(asking.pem()), new Wanted(NONCE, "4711", algorithm));

        assertThat(judgement).isEqualTo(new Granted(pair.getPublic(), "boot-1"));
    }

    @Test
    void waitsForOneThatIsNotThereOrAnswersAnEarlierNonce() {
        assertThat(new SigningPolicy().judge(Optional.empty(), WANTED)).isInstanceOf(Missing.class);
        assertThat(judge(ASKING.withNonce(new Nonce(6, NONCE.hex()).toString()).pem()))
                .isInstanceOf(Missing.class);
    }

    @Test
    @DisplayName("S1 a nonce that we never gave is refused, also one of this generation or a later one")
    void refusesAForeignNonce() {
        assertRefused(ASKING.withNonce("7-" + "f".repeat(32)).pem(), "ForeignNonce");
        assertRefused(ASKING.withNonce("8-" + NONCE.hex()).pem(), "ForeignNonce");
        assertRefused(ASKING.withNonce("made up").pem(), "ForeignNonce");
    }

    @Test
    @DisplayName("S1 the request of another machine is refused, although it knows the nonce")
    void refusesAnotherMachine() {
        assertRefused(ASKING.withInstanceId("4712").pem(), "WrongInstance");
    }

    @Test
    @DisplayName("S1 a key of another kind or size than asked for is refused")
    void refusesAWeakKey() throws Exception {
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(2048);
        assertRefused(ASKING.signedBy(small.generateKeyPair(), "SHA256withRSA").pem(), "WeakKey");
        KeyPair larger = KeyAlgorithm.ECDSA_P384.generate(RANDOM);
        assertRefused(ASKING.signedBy(larger, "SHA384withECDSA").pem(), "WeakKey");
    }

    @Test
    @DisplayName(
            "S1 who cannot sign with the key gets no certificate for it, nor does a signature with SHA-1 prove anything")
    void refusesAKeyThatIsNotProven() {
        assertRefused(ASKING.forKey(OTHER.getPublic()).pem(), "KeyNotProven");
        assertRefused(ASKING.signedBy(PAIR, "SHA1withECDSA").pem(), "KeyNotProven");
    }

    @Test
    void refusesWhatIsNoRequest() {
        String pem = ASKING.pem();
        assertRefused("", "MalformedRequest");
        assertRefused("{}", "MalformedRequest");
        assertRefused(pem + pem, "MalformedRequest");
        assertRefused(pem.repeat(40), "MalformedRequest");
        assertRefused(TestPki.serverOf(TestPki.epoch(1)).certificatePem(), "MalformedRequest");
        assertRefused(pem.replace("CERTIFICATE REQUEST", "CERTIFICATE"), "MalformedRequest");
    }
}
