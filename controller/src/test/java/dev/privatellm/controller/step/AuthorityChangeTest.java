// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.controller.link.LinkDocument.Accepts;
import dev.privatellm.controller.status.ResourceStatus.CertificateStatus;
import dev.privatellm.machine.pki.CaSigner;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.Fingerprint;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One authority takes another one's place. */
@Execution(ExecutionMode.CONCURRENT)
final class AuthorityChangeTest {
    private final World world = new World();
    private final String old = fingerprint(world.authorities.current());

    private static String fingerprint(CaSigner authority) {
        return Fingerprint.of(authority.certificate()).hex();
    }

    private CertificateStatus certificates() {
        return world.last.status().certificates().orElseThrow();
    }

    private void ask(String request) {
        world.requests = PowerRequests.NONE.changingAuthority(new PowerRequests.NewAuthority(request, false));
    }

    private void change(String request) {
        ask(request);
        world.until(() -> certificates().authorityChange().isPresent());
        world.until(() -> certificates().authorityChange().isEmpty());
    }

    private void wakeWithAStream() {
        world.document = World.sample("maxUptimeSeconds: 864000");
        world.wake();
        world.guests.openStreams(1);
    }

    @Test
    @DisplayName(
            "C16 another authority comes in three steps, each shown and each loaded by the machine before the next")
    void changesInThreeSteps() {
        wakeWithAStream();
        Set<String> steps = new LinkedHashSet<>();
        ask("by hand");
        world.until(() -> {
            certificates().authorityChange().ifPresent(change -> steps.add(change.step()));
            return steps.contains("DROP_OLD")
                    && certificates().authorityChange().isEmpty();
        });

        String next = fingerprint(world.authorities.current());
        assertThat(steps).containsSubsequence("TRUST_BOTH", "REISSUE", "DROP_OLD");
        assertThat(next).isNotEqualTo(old);
        assertThat(world.authorities.successor()).isEmpty();
        assertThat(certificates().generation()).isEqualTo(4);
        assertThat(certificates().authority()).isEqualTo(next);
        assertThat(certificates().alsoTrusted()).isEmpty();
        assertThat(world.effectKinds())
                .containsSubsequence(
                        "CHANGE_AUTHORITY",
                        "ISSUE_CERTIFICATES",
                        "UPLOAD_BUNDLE",
                        "ACTIVATE_LINK",
                        "ISSUE_CERTIFICATES",
                        "UPLOAD_BUNDLE",
                        "ACTIVATE_LINK",
                        "ISSUE_CERTIFICATES",
                        "UPLOAD_BUNDLE",
                        "ACTIVATE_LINK",
                        "CHANGE_AUTHORITY");
        assertThat(world.effects.stream()
                        .filter(entry -> entry.kind().name().equals("CHANGE_AUTHORITY"))
                        .map(EffectLog.Entry::target))
                .containsExactly("authority/begin", "authority/complete");
    }

    @Test
    @DisplayName("C16 no generation asks either side for what the generation before did not prepare it for")
    void everyGenerationIsTrustedByTheOneBefore() {
        wakeWithAStream();
        List<Epoch> epochs = new java.util.ArrayList<>();
        ask("by hand");
        world.until(() -> {
            long generation = certificates().generation();
            if (epochs.size() < generation) {
                epochs.add(world.epochs.find(generation).orElseThrow());
            }
            return epochs.size() == 4;
        });

        for (int at = 1; at < epochs.size(); at++) {
            assertThat(epochs.get(at - 1).trusted()).contains(epochs.get(at).authority());
            assertThat(epochs.get(at).trusted()).contains(epochs.get(at - 1).authority());
        }
        assertThat(epochs.getLast().trusted()).doesNotContain(epochs.getFirst().authority());
    }

    @Test
    @DisplayName("C16 S12 the machine serves on through a change of the authority: no stop, no drain, the same boot")
    void servesOn() {
        wakeWithAStream();
        Optional<String> boot = world.last.status().machine().orElseThrow().bootId();
        world.links.clear();

        change("by hand");
        world.passes(Duration.ofMinutes(10));

        assertThat(world.links).isNotEmpty().allMatch(link -> link.accepts() == Accepts.FORWARD);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE", "DRAIN_GUEST");
        assertThat(world.last.status().machine().orElseThrow().bootId()).isEqualTo(boot);
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
        assertThat(certificates().generation()).as("carried out once").isEqualTo(4);
    }

    @Test
    @DisplayName(
            "C16 asleep there is nobody to overlap with: another authority is in charge at once, and the next wake is under it")
    void changesAtOnceAsleep() {
        world.wake();
        world.sleep();
        ask("by hand");
        world.passes(Duration.ofMinutes(1));

        String next = fingerprint(world.authorities.current());
        assertThat(next).isNotEqualTo(old);
        assertThat(world.effectKinds()).doesNotContain("START_INSTANCE");
        world.wake();
        assertThat(certificates().authority()).isEqualTo(next);
        assertThat(certificates().generation()).isEqualTo(2);
        assertThat(fingerprint(world.authorities.current())).isEqualTo(next);
    }

    @Test
    @DisplayName("C16 a machine that falls asleep amid a change wakes under the new authority alone")
    void endsAtOnceWhenItFallsAsleep() {
        wakeWithAStream();
        ask("by hand");
        world.until(() -> certificates().alsoTrusted().isPresent());
        String next = fingerprint(world.authorities.successor().orElseThrow());
        world.guests.openStreams(0);
        world.sleep();

        world.wake();

        assertThat(certificates().authority()).isEqualTo(next);
        assertThat(certificates().alsoTrusted()).isEmpty();
        assertThat(certificates().authorityChange()).isEmpty();
        assertThat(world.authorities.successor()).isEmpty();
    }

    @Test
    @DisplayName("C16 an authority is replaced by itself thirty days before its end, under a machine that serves")
    void replacesAnAuthorityThatEnds() {
        world.clock.advance(Duration.ofDays(3650 - 31));
        wakeWithAStream();
        assertThat(certificates().authority()).isEqualTo(old);

        world.passes(Duration.ofDays(2));

        assertThat(certificates().authority())
                .isEqualTo(fingerprint(world.authorities.current()))
                .isNotEqualTo(old);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
    }

    @Test
    @DisplayName("C16 an authority that comes to its end while the machine sleeps is replaced once")
    void replacesAnAuthorityThatEndsAsleep() {
        world.wake();
        world.sleep();
        world.clock.advance(Duration.ofDays(3650 - 29));
        world.passes(Duration.ofDays(1));

        assertThat(world.effects.stream().map(EffectLog.Entry::target).filter("authority/replace"::equals))
                .hasSize(1);
        world.wake();
        assertThat(certificates().authority()).isNotEqualTo(old);
    }

    @Test
    @DisplayName("C16 a change that was asked for is carried out although the process died right after it was heard")
    void changesAlthoughTheProcessDied() {
        wakeWithAStream();
        ask("by hand");
        world.step();
        world.requests = PowerRequests.NONE;
        world.restart();

        world.until(() -> !certificates().authority().equals(old)
                && certificates().authorityChange().isEmpty());
    }

    @Test
    @DisplayName(
            "C16 fifty changes of the authority under a machine that serves: no stop, no moment without a guest that answers")
    void changesFiftyTimes() {
        wakeWithAStream();
        world.links.clear();
        for (int number = 1; number <= 50; number++) {
            change("change " + number);
        }

        assertThat(world.links).allMatch(link -> link.accepts() == Accepts.FORWARD);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE", "DRAIN_GUEST");
        assertThat(certificates().generation()).isEqualTo(151);
        assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
    }

    private void steal() {
        world.requests = PowerRequests.NONE.changingAuthority(new PowerRequests.NewAuthority("stolen", true));
    }

    @Test
    @DisplayName(
            "C16 an authority that was stolen is distrusted first: no gateway has a way to the machine and nobody calls it, until"
                    + " it has loaded what another one signed; calls are held meanwhile and the machine is not stopped")
    void distrustsAStolenAuthorityFirst() {
        wakeWithAStream();
        world.guests.followAfter(Duration.ofSeconds(3));
        String pin = certificates().pin().orElseThrow();
        Optional<String> boot = world.last.status().machine().orElseThrow().bootId();
        world.links.clear();
        steal();
        world.step();

        assertThat(world.links.getFirst().accepts()).isEqualTo(Accepts.HOLD);
        assertThat(world.links.getFirst().endpoint()).isEmpty();
        assertThat(world.authorities.find(world.epochs.find(1).orElseThrow().authority()))
                .as("the stolen key")
                .isEmpty();
        world.request();
        world.until(() -> world.links.getLast().accepts() == Accepts.FORWARD);

        assertThat(world.links)
                .noneMatch(link ->
                        link.pins().filter(pins -> pins.current().equals(pin)).isPresent());
        Epoch epoch = world.epochs.find(2).orElseThrow();
        assertThat(epoch.trusted()).containsExactly(world.authorities.current().certificate());
        assertThat(epoch.previousTokens()).as("tokens of before").isEmpty();
        assertThat(world.served).hasSize(2);
        world.until(() -> certificates().authorityChange().isEmpty());
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE", "DRAIN_GUEST", "LOAD_BUNDLE");
        assertThat(world.last.status().machine().orElseThrow().bootId()).isEqualTo(boot);
        assertThat(certificates().authority()).isNotEqualTo(old);
    }

    @Test
    @DisplayName(
            "C16 a machine that boots by the word of an authority that was stolen is stopped, and boots again under another one")
    void doesNotBootByTheWordOfAStolenAuthority() {
        world.guests.pace(Duration.ofSeconds(30), Duration.ofSeconds(30));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        steal();

        world.until(() -> world.power() instanceof MachineState.Serving
                && world.last.effect().isEmpty());

        assertThat(certificates().authority())
                .isEqualTo(fingerprint(world.authorities.current()))
                .isNotEqualTo(old);
        assertThat(world.effectKinds()).containsSubsequence("STOP_INSTANCE", "CHANGE_AUTHORITY", "START_INSTANCE");
        assertThat(world.served).hasSize(1);
        assertThat(world.last.status().wake().orElseThrow().servedAt()).isPresent();
    }

    @Test
    @DisplayName(
            "C16 a change in three steps during which the key turns out to be stolen begins anew, without either of both authorities")
    void beginsAnewWhenTheKeyTurnsOutToBeStolen() {
        wakeWithAStream();
        ask("by hand");
        world.until(() -> certificates().alsoTrusted().isPresent());
        String second = fingerprint(world.authorities.successor().orElseThrow());
        steal();

        world.until(() -> certificates().authorityChange().isEmpty());

        assertThat(certificates().authority()).isNotIn(old, second);
        assertThat(certificates().alsoTrusted()).isEmpty();
        assertThat(world.authorities.successor()).isEmpty();
        assertThat(world.links.getLast().accepts()).isEqualTo(Accepts.FORWARD);
        assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE");
    }

    @Test
    @DisplayName("C16 a stolen authority of a machine that drains or sleeps is replaced once the power is off")
    void replacesAStolenAuthorityAsleep() {
        wakeWithAStream();
        world.requests = new PowerRequests(Optional.empty(), Optional.of("sleep"), PowerRequests.Order.LOCK_DOWN);
        world.until(() -> world.power() instanceof MachineState.Draining);
        world.requests = world.requests.changingAuthority(new PowerRequests.NewAuthority("stolen", true));

        world.until(
                () -> world.last.isAtRest() && certificates().authorityChange().isEmpty());

        assertThat(fingerprint(world.authorities.current())).isNotEqualTo(old);
        assertThat(world.cloud.firewalls().all()).isEmpty();
    }
}
