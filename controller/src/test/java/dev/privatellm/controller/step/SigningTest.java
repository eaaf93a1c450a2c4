// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Security;
import dev.privatellm.api.v1alpha1.Spec;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.TestRequests.Asking;
import dev.privatellm.machine.plan.GuestConfig;
import dev.privatellm.machine.power.MachineState;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Machines that make their own key, and what they ask to have certified. */
@Execution(ExecutionMode.CONCURRENT)
final class SigningTest {
    private static final KeyPair OTHER = KeyAlgorithm.ECDSA_P384.generate(new SecureRandom());

    private final World world = new World();

    private Instance machine() {
        return world.cloud.instances().all().getFirst();
    }

    private JsonNode told() {
        return JsonMapper.shared().readTree(machine().metadata().get(GuestConfig.ATTRIBUTE));
    }

    private static PrivateLlm uploaded(PrivateLlm usual) {
        Spec spec = usual.spec();
        return new PrivateLlm(
                usual.metadata(),
                new Spec(
                        spec.provider(),
                        spec.placement(),
                        spec.model(),
                        spec.power(),
                        spec.network(),
                        new Security(
                                spec.security().keyAlgorithm(),
                                Security.ServerKey.UPLOADED,
                                spec.security().hsm(),
                                spec.security().secureBoot()),
                        spec.software(),
                        spec.adopt(),
                        spec.policies()));
    }

    private boolean secretHoldsAKey() {
        return world.cloud.secrets().contents().stream()
                .map(content -> new String(content, StandardCharsets.UTF_8))
                .anyMatch(content -> content.contains("PRIVATE KEY"));
    }

    @Test
    @DisplayName(
            "S1 a machine's key is born on it: no version of the secret ever holds a private key, and SplitTrust says so")
    void noPrivateKeyLiesInTheCloud() {
        world.wake();
        world.sleep();
        world.wake();

        assertThat(world.cloud.secrets().contents()).hasSize(4);
        assertThat(secretHoldsAKey()).isFalse();
        assertThat(world.guests.requests().made()).isEqualTo(2);
        assertThat(machine().metadata()).containsEntry("enable-guest-attributes", "TRUE");
        assertThat(world.condition("SplitTrust")).contains("TRUE/KeyBornOnTheMachine");
        assertThat(world.condition("CertificatesReady")).contains("TRUE/Issued");
    }

    @Test
    @DisplayName(
            "S1 in mode Uploaded the secret holds the key, guest attributes stay closed, and SplitTrust=False says so")
    void anUploadedKeyIsTold() {
        world.document = uploaded(world.document);
        world.wake();

        assertThat(secretHoldsAKey()).isTrue();
        assertThat(told().has("csrNonce")).isFalse();
        assertThat(machine().metadata()).doesNotContainKey("enable-guest-attributes");
        assertThat(world.effectKinds()).doesNotContain("SIGN_CERTIFICATE");
        assertThat(world.condition("SplitTrust")).contains("FALSE/ServerKeyUploaded");
    }

    @Test
    @DisplayName("S1 a running machine whose document turns from Uploaded to Csr makes its own key without a reboot")
    void changesOverWhileItServes() {
        PrivateLlm own = world.document;
        world.document = uploaded(own);
        world.wake();
        world.guests.openStreams(1);
        world.document = own;
        world.generation = 2;

        world.until(() -> world.last.status().certificates().orElseThrow().generation() == 2);

        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.guests.requests().made()).isEqualTo(1);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
    }

    static Stream<Arguments> offences() {
        UnaryOperator<Asking> foreign = asking -> asking.withNonce("1-" + "f".repeat(32));
        UnaryOperator<Asking> another = asking -> asking.withInstanceId("somebody-else");
        UnaryOperator<Asking> weak = asking -> asking.signedBy(OTHER, "SHA384withECDSA");
        UnaryOperator<Asking> unproven = asking -> asking.forKey(
                KeyAlgorithm.ECDSA_P256.generate(new SecureRandom()).getPublic());
        return Stream.of(
                Arguments.of("ForeignNonce", foreign),
                Arguments.of("WrongInstance", another),
                Arguments.of("WeakKey", weak),
                Arguments.of("KeyNotProven", unproven));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offences")
    @DisplayName("S1 a request that must not be granted is never signed, its reason is told, and a good one heals it")
    void refusesAndTellsWhy(String reason, UnaryOperator<Asking> offence) {
        world.guests.requests().distort(offence);
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.passes(Duration.ofSeconds(5));

        assertThat(world.condition("CertificatesReady")).contains("FALSE/" + reason);
        assertThat(world.condition("Serving")).contains("FALSE/MachineUntrusted");
        assertThat(world.effectKinds()).doesNotContain("SIGN_CERTIFICATE", "ACTIVATE_LINK");
        assertThat(world.links).allMatch(link -> link.endpoint().isEmpty());

        world.guests.requests().distort(UnaryOperator.identity());
        world.until(() -> world.power() instanceof MachineState.Serving);
        assertThat(world.condition("CertificatesReady")).contains("TRUE/Issued");
    }

    @Test
    @DisplayName(
            "S1 a request that is refused to the end of the boot ends it like any other failure: no machine goes on costing money")
    void aRefusedMachineIsStopped() {
        world.guests.requests().distort(asking -> asking.withInstanceId("somebody-else"));
        world.request();

        world.until(() -> world.power() instanceof MachineState.Failed);

        assertThat(world.cloud.instances().billable()).isEmpty();
    }

    @Test
    void whatTheMachineAskedForAtAnEarlierBootIsNoOffence() {
        world.wake();
        world.sleep();
        world.guests.pace(Duration.ofMinutes(1), Duration.ofSeconds(3));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.passes(Duration.ofSeconds(5));

        assertThat(world.condition("CertificatesReady")).contains("FALSE/MachineHasNotAsked");
        assertThat(world.condition("Serving")).contains("FALSE/Booting");
    }

    @Test
    @DisplayName(
            "S1 software that starts anew while the machine boots has lost its key, asks again and is answered again")
    void answersAgainWhileItBoots() {
        world.request();
        world.until(() -> world.effectKinds().contains("SIGN_CERTIFICATE"));
        world.guests.reboot();

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(world.effectKinds().stream().filter("SIGN_CERTIFICATE"::equals))
                .hasSize(2);
        assertThat(world.store.read().state().plan().trust().lastGeneration()).isEqualTo(1);
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
        assertThat(world.served).hasSize(1);
    }

    @Test
    @DisplayName(
            "S1 R12 software that starts anew while the machine serves gets the next generation, and serves on without a stop")
    void answersAgainWhileItServes() {
        world.wake();
        world.guests.openStreams(1);
        world.guests.reboot();

        world.until(() ->
                world.store.read().state().plan().trust().inUse().orElseThrow().generation() == 2
                        && world.last.effect().isEmpty());

        assertThat(world.condition("Serving")).contains("TRUE/Answering");
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }

    @Test
    void aRightThatIsMissingIsToldByItsName() {
        world.cloud.faults().failEvery("guestAttribute", Faults.denied());
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.passes(Duration.ofSeconds(5));

        assertThat(world.condition("Stalled")).contains("TRUE/PermissionDenied");
    }

    @Test
    void aRenewalKeepsTheNonceOfItsOwnGeneration() {
        world.document = World.sample("maxUptimeSeconds: 864000");
        world.wake();
        String first = told().path("csrNonce").stringValue();
        world.guests.openStreams(1);
        world.clock.advance(Duration.ofDays(5));

        world.until(() ->
                world.store.read().state().plan().trust().inUse().orElseThrow().generation() == 2);

        assertThat(first).startsWith("1-");
        assertThat(told().path("csrNonce").stringValue()).startsWith("2-");
        assertThat(world.store.read().state().plan().trust().prepared()).isEqualTo(Optional.empty());
    }
}
