// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.plan.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rules of other owners in the same project. */
class OthersRulesTest {
    private static final Duration DEAD_MAN = Duration.ofMinutes(15);
    private static final Duration FIRST_BOOT_GRACE = Duration.ofMinutes(30);

    private final World world = new World();

    @Test
    @DisplayName("S4 two owners in one project keep two rules")
    void twoOwnersKeepTwoRules() {
        String others = Names.of("uid-of-another-user").rule();
        world.cloud.firewalls().plant(rule(others, World.START.plus(Duration.ofDays(9))));

        world.wake();
        assertThat(world.cloud.firewalls().all())
                .extracting(FirewallRule::name)
                .containsExactlyInAnyOrder(others, World.NAMES.rule())
                .doesNotHaveDuplicates();

        world.sleep();
        assertThat(world.cloud.firewalls().all()).extracting(FirewallRule::name).containsExactly(others);
    }

    @Test
    @DisplayName("S3 with no controller left, a rule targets only a machine that has turned itself off")
    void targetsOnlyWhatHasTurnedItselfOff() {
        world.wake();
        Instance machine = world.cloud.instances().all().getFirst();
        // No step is taken from here on.
        Instant end = world.guests.nextSwitchOff(DEAD_MAN, FIRST_BOOT_GRACE).orElseThrow();
        assertThat(end).isBeforeOrEqualTo(world.clock.instant().plus(DEAD_MAN));
        world.clock.advanceTo(end);
        world.guests.switchOff(DEAD_MAN, FIRST_BOOT_GRACE);
        world.clock.advance(Duration.ofDays(30));

        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.firewalls().all())
                .singleElement()
                .satisfies(rule -> assertThat(rule.targetTag())
                        .isEqualTo(world.cloud.instances().specOf(machine.id()).targetTag())
                        .isNotEqualTo(Names.of("uid-of-another-user").tag()));
    }

    @Test
    @DisplayName(
            "S4 a rule that its owner has renewed since it was seen stays; S3 one that nobody renewed goes when its time is over")
    void leavesARuleThatWasRenewedSinceItWasSeen() {
        Instant end = World.START.plus(Duration.ofMinutes(30));
        world.cloud.firewalls().plant(rule("pllm-ffffffffffff-ingress", end));
        world.cloud.firewalls().plant(rule("pllm-eeeeeeeeeeee-ingress", end));
        world.passes(Duration.ofMinutes(20));
        world.cloud.firewalls().plant(rule("pllm-ffffffffffff-ingress", end.plus(Duration.ofHours(2))));

        world.passes(Duration.ofMinutes(11));

        assertThat(world.cloud.firewalls().all())
                .extracting(FirewallRule::name)
                .containsExactly("pllm-ffffffffffff-ingress");
    }

    private static FirewallRule rule(String name, Instant end) {
        return new FirewallRule(
                name,
                "default",
                new TreeSet<>(List.of("203.0.113.9/32")),
                "tag",
                8080,
                Optional.of(new FirewallRule.Owner("somebody-else", "cluster-2", 1, end)));
    }
}
