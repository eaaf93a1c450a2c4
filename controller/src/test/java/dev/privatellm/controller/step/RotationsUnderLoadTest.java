// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Power;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Spec;
import dev.privatellm.controller.status.ResourceStatus.CertificateStatus;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates, pins, tokens and authorities that change, over and over, under calls that go on: over TLS as it is spoken, and at the age at which they change. */
final class RotationsUnderLoadTest {
    private static final int ROTATIONS = 500;

    /** Every so many rotations one is asked for by hand; and every so many the authority changes, which takes three. */
    private static final int BY_HAND = 7;

    private static final int OF_AUTHORITY = 50;

    private static final List<Duration> SKEWS = List.of(Duration.ofMinutes(-5), Duration.ZERO, Duration.ofMinutes(5));

    /** How the JDK writes dates into its messages. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss zzz yyyy", Locale.ENGLISH);

    private static final String NOT_AFTER = "NotAfter: ";

    private final RenewalPolicy policy = new RenewalPolicy();

    /** A machine that answers many at once and is never too long up; nothing else bounds a run of years. */
    private static PrivateLlm document() {
        PrivateLlm usual = World.sample("", "llama3.2:3b\n    parallel: 16", "us-central1-a");
        Spec spec = usual.spec();
        Power power = spec.power();
        Power endless = new Power(
                power.powerState(),
                power.firstBoot(),
                power.idleTimeoutSeconds(),
                Duration.ofDays(36_500).toSeconds(),
                power.startDeadlineSeconds(),
                power.firstBootGraceSeconds(),
                power.drainTimeoutSeconds(),
                power.deadManSeconds(),
                power.minUptimeSeconds(),
                power.budget(),
                power.schedule());
        return new PrivateLlm(
                usual.metadata(),
                new Spec(
                        spec.provider(),
                        spec.placement(),
                        spec.model(),
                        endless,
                        spec.network(),
                        spec.security(),
                        spec.software(),
                        spec.adopt(),
                        spec.policies()));
    }

    @Test
    @Timeout(600)
    @DisplayName(
            "P17 C16 500 rotations under load over TLS, at the age at which they are due and with clocks five minutes apart: no call fails")
    void noCallFails(@TempDir Path folder) throws Exception {
        long begun = System.nanoTime();
        try (LongLeg leg = new LongLeg(document(), folder);
                Callers callers = new Callers(leg.gateway.port())) {
            World world = leg.world;
            // The first link makes the model known; whoever calls for it then wakes the machine.
            leg.until(leg::isModelKnown);
            callers.begin(4, 2, 300);
            leg.until(() -> world.power() instanceof MachineState.Serving && callers.answered.get() > 0);
            Instant start = world.clock.instant();
            Set<String> pins = new HashSet<>();

            int rotations = 0;
            while (rotations < ROTATIONS) {
                leg.skew(SKEWS.get(rotations % SKEWS.size()));
                rotations += rotate(leg, rotations);
                assertThat(pins.add(certificates(world).pin().orElseThrow())).isTrue();
            }
            callers.end();

            List<String> refused = leg.console()
                    .lines()
                    .filter(line -> line.contains("refused"))
                    .toList();
            System.out.printf(
                    "%d rotations in %d s (%d days of the certificates'): %d short calls and %d streams, %d failed; %d handshakes refused%n",
                    rotations,
                    Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                    Duration.between(start, world.clock.instant()).toDays(),
                    callers.answered.get(),
                    callers.streamed.get(),
                    callers.failures.size(),
                    refused.size());
            assertThat(callers.failures).isEmpty();
            assertThat(callers.answered.get()).isGreaterThan(ROTATIONS);
            assertThat(callers.streamed.get()).isPositive();
            assertThat(refused).allMatch(RotationsUnderLoadTest::isOvertaken);
            assertThat(world.effectKinds()).doesNotContain("STOP_INSTANCE", "DRAIN_GUEST");
            assertThat(world.cloud.secrets().mostAtOnce()).isLessThanOrEqualTo(2);
        }
    }

    /** One way or another; tells how many it took. */
    private int rotate(LongLeg leg, int before) {
        World world = leg.world;
        long next = certificates(world).generation() + 1;
        if (before % OF_AUTHORITY == OF_AUTHORITY - 1) {
            world.requests =
                    PowerRequests.NONE.changingAuthority(new PowerRequests.NewAuthority("authority " + before, false));
            leg.until(() -> certificates(world).generation() == next + 2
                    && certificates(world).authorityChange().isEmpty());
            return 3;
        }
        if (before % BY_HAND == BY_HAND - 1) {
            world.requests = PowerRequests.NONE.rotating("rotation " + before);
        } else {
            Instant due = policy.renewAt(world.epochs.find(next - 1).orElseThrow());
            leg.jump(Duration.between(world.clock.instant(), due));
        }
        leg.until(() -> certificates(world).generation() == next);
        return 1;
    }

    /**
     * Whether a handshake was under way when its days went by: what the client showed was valid, and is over for a day and more. A gateway that has left on the way is no refusal. Anything
     * else, such as a certificate that is minutes too old or too new, is a defect.
     */
    private static boolean isOvertaken(String line) {
        int end = line.indexOf(NOT_AFTER);
        return end < 0
                ? line.contains("ClosedChannelException")
                : Instant.parse(line.substring(0, line.indexOf(' ')))
                        .isAfter(DATE.parse(line.substring(end + NOT_AFTER.length()), Instant::from)
                                .plus(Duration.ofDays(1)));
    }

    private static CertificateStatus certificates(World world) {
        return world.last.status().certificates().orElseThrow();
    }
}
