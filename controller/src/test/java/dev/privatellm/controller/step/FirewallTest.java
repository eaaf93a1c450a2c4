// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Scenes.NEW_EGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.link.FakeGuests;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The firewall rule: whom it admits, for how long, and who else has one. */
final class FirewallTest {
    private final World world = new World();

    @Test
    @DisplayName(
            "S3 an address that changes while the machine boots is admitted as soon as its guest is silent for longer than boots take, and the wake is not lost")
    void followsOurAddressWhileTheMachineBoots() {
        world.guests.pace(Duration.ofSeconds(150), Duration.ofSeconds(20));
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        Instant began = world.clock.instant();
        world.guests.callsComeFrom(NEW_EGRESS);
        world.egress = Optional.of(new TreeSet<>(Set.of(NEW_EGRESS)));

        world.until(() -> world.cloud.firewalls().admits(NEW_EGRESS + "/32", World.NAMES.tag(), 8080));

        assertThat(Duration.between(began, world.clock.instant())).isLessThan(Duration.ofMinutes(3));
        world.wake();
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName("S10 a first boot that installs for half an hour asks for our address less and less often")
    void doubtsItsAddressLessTheLongerABootLasts() {
        world.guests.pace(Duration.ofMinutes(25), Duration.ofSeconds(20));
        world.wake();

        assertThat(world.egressLooks).isBetween(4, 30);
    }

    @Test
    @DisplayName("P12 the rule follows a new address within five minutes, and a rule never outlives its renewal")
    void followsItsOwnAddress() {
        world.wake();
        world.guests.openStreams(1);
        world.egress = Optional.of(new TreeSet<>(List.of("198.51.100.99")));

        world.passes(Duration.ofMinutes(5).plusSeconds(5));
        world.guests.callsComeFrom("198.51.100.99");

        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges()).containsExactly("198.51.100.99/32");
        for (int hour = 0; hour < 5; hour++) {
            world.passes(Duration.ofHours(1));
            assertThat(world.cloud
                            .firewalls()
                            .all()
                            .getFirst()
                            .owner()
                            .orElseThrow()
                            .expiresAt())
                    .isBetween(world.clock.instant(), world.clock.instant().plus(Duration.ofHours(2)));
        }
    }

    @Test
    @DisplayName(
            "S3 every gateway that reports an address is admitted beside the controller, and no longer than it reports")
    void admitsWhoeverReportsNow() {
        world.reporters.addAll(List.of("198.51.100.1", "198.51.100.2"));
        world.wake();
        world.guests.openStreams(1);
        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges())
                .containsExactlyInAnyOrder("198.51.100.1/32", "198.51.100.2/32", FakeGuests.EGRESS + "/32");

        world.reporters.remove("198.51.100.2");
        world.passes(Duration.ofMinutes(1));

        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges())
                .containsExactlyInAnyOrder("198.51.100.1/32", FakeGuests.EGRESS + "/32");
    }

    @Test
    @DisplayName(
            "S3 more addresses than a rule may hold are told before a machine is given power, and leave a rule that stands alone")
    void refusesMoreAddressesThanARuleHolds() {
        for (int gateway = 1; gateway <= FirewallRule.MAX_SOURCES; gateway++) {
            world.reporters.add("192.0.2." + gateway);
        }
        world.request();
        world.passes(Duration.ofMinutes(1));
        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.condition("FirewallOpen")).contains("FALSE/EgressUnknown");
        assertThat(world.last.status().message()).contains("17 addresses");

        world.reporters.remove("192.0.2.1");
        world.wake();
        world.guests.openStreams(1);
        world.reporters.add("192.0.2.1");
        world.passes(Duration.ofMinutes(1));

        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges())
                .hasSize(FirewallRule.MAX_SOURCES)
                .doesNotContain("192.0.2.1/32");
    }

    @Test
    @DisplayName(
            "a machine without an external address is reached at the one in its network, by those whom the document names")
    void reachesAMachineWithinItsNetwork() {
        world.document = World.within("10.0.0.7/32");
        world.guests.callsComeFrom("10.0.0.7");
        world.egress = Optional.empty();

        world.wake();

        assertThat(world.cloud.instances().all().getFirst().externalAddress()).isEmpty();
        assertThat(world.served).singleElement().asString().contains("10.10.0.2");
        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges()).containsExactly("10.0.0.7/32");
    }

    @Test
    @DisplayName("P12 on a connect failure the own address is doubted at once")
    void doubtsItsAddressWhenNobodyAnswers() {
        world.wake();
        world.guests.openStreams(1);
        world.passes(Duration.ofSeconds(20));
        world.egress = Optional.of(new TreeSet<>(List.of("198.51.100.99")));
        world.guests.cutOff(true);

        world.passes(Duration.ofSeconds(15));

        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges()).containsExactly("198.51.100.99/32");
    }

    @Test
    @DisplayName("S10 when providers disagree about our address the rule stays as it is and the condition says so")
    void leavesTheRuleAloneWhenItsAddressIsUnknown() {
        world.wake();
        world.guests.openStreams(1);
        world.egress = Optional.empty();

        world.passes(Duration.ofMinutes(6));

        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges()).containsExactly(FakeGuests.EGRESS + "/32");
        assertThat(world.condition("FirewallOpen")).contains("FALSE/EgressUnknown");
    }

    @Test
    @DisplayName("S10 no machine is given power while nobody knows whom its rule would admit")
    void buysNothingThatNobodyCouldReach() {
        world.egress = Optional.empty();
        world.request();

        world.passes(Duration.ofMinutes(3));

        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.cloud.firewalls().all()).isEmpty();
        assertThat(world.condition("FirewallOpen")).contains("FALSE/EgressUnknown");

        world.egress = Optional.of(new TreeSet<>(List.of(FakeGuests.EGRESS)));
        world.passes(Duration.ofMinutes(3));

        assertThat(world.served).isNotEmpty();
    }

    @Test
    @DisplayName("S10 who comes by IPv6 only is told so before anything is bought, and by both is admitted by IPv4")
    void reachesMachinesByIpv4() {
        world.egress = Optional.of(new TreeSet<>(List.of("2001:db8:0:0:0:0:0:7")));
        world.request();

        world.passes(Duration.ofMinutes(3));

        assertThat(world.cloud.instances().all()).isEmpty();
        assertThat(world.last.status().message())
                .contains("by IPv4", "2001:db8:0:0:0:0:0:7", "spec.network.sourceRanges");

        world.egress = Optional.of(new TreeSet<>(List.of("2001:db8:0:0:0:0:0:7", FakeGuests.EGRESS)));
        world.wake();

        assertThat(world.served).isNotEmpty();
        assertThat(world.cloud.firewalls().all().getFirst().sourceRanges()).containsExactly(FakeGuests.EGRESS + "/32");
    }

    @Test
    @DisplayName(
            "S3 a rule is renewed while the machine serves, and one of our kind past its time is removed by whoever runs")
    void renewsItsRuleAndSweepsOthers() {
        FirewallRule dead = new FirewallRule(
                "pllm-000000000000-ingress",
                "default",
                new TreeSet<>(List.of("192.0.2.1/32")),
                "pllm-000000000000",
                8080,
                Optional.of(new FirewallRule.Owner("dead", "cluster-0", 1, World.START.plus(Duration.ofHours(2)))));
        world.cloud.firewalls().plant(dead);
        world.wake();
        world.guests.openStreams(1);
        Instant firstExpiry = expiry();

        world.passes(Duration.ofHours(4));

        assertThat(expiry()).isAfter(firstExpiry).isAfter(world.clock.instant());
        assertThat(world.cloud.firewalls().all()).extracting(FirewallRule::name).containsExactly(World.NAMES.rule());
    }

    @Test
    @DisplayName(
            "P18 a rule in a host project that the document no longer names is not forgotten: it is named until the document names that project again")
    void doesNotForgetARuleInAnotherProject() {
        world.cloud.networks().plant(new Network("shared", false, Optional.empty()));
        world.cloud.networks().plant(new Subnet("us-central1", "shared-a", "shared", "10.0.0.0/20", false));
        world.document = shared("first-host-project");
        world.wake();
        world.restart();
        world.document = shared("other-host-project");
        world.demand = Demand.NONE;
        world.passes(Duration.ofMinutes(30));

        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.cloud.firewalls().all()).hasSize(1);
        assertThat(world.store.read().state().plan().rule()).isPresent();
        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
        assertThat(world.last.status().message()).contains("first-host-project", "hostProjectId");

        world.document = shared("first-host-project");
        world.sleep();

        assertThat(world.cloud.firewalls().all()).isEmpty();
    }

    private static PrivateLlm shared(String host) {
        return World.sample(
                "",
                "llama3.2:3b",
                "us-central1-a",
                "machineTypes: [g2-standard-8]",
                "vpc: shared, subnet: shared-a, hostProjectId: " + host);
    }

    private Instant expiry() {
        return world.cloud.firewalls().all().stream()
                .filter(rule -> rule.name().equals(World.NAMES.rule()))
                .findFirst()
                .flatMap(FirewallRule::owner)
                .orElseThrow()
                .expiresAt();
    }

    @Test
    @DisplayName(
            "S4 a rule of our name that belongs to somebody else is never touched; the machine does not stay up for nothing")
    void leavesForeignRulesAlone() {
        FirewallRule foreign = new FirewallRule(
                World.NAMES.rule(),
                "default",
                new TreeSet<>(List.of("192.0.2.1/32")),
                "tag",
                8080,
                Optional.of(new FirewallRule.Owner("somebody", "x", 1, World.START.plus(Duration.ofDays(9)))));
        world.cloud.firewalls().plant(foreign);
        world.request();

        world.until(() -> world.power() instanceof MachineState.Failed);

        assertThat(world.cloud.firewalls().all()).containsExactly(foreign);
        assertThat(world.cloud.instances().billable()).isEmpty();
        assertThat(world.condition("Stalled")).contains("TRUE/ManagementConflict");
    }

    @Test
    @DisplayName("R12 the guest is not asked before the firewall's operation is done")
    void waitsForTheFirewallBeforeItProbes() {
        world.cloud.firewalls().pace(Duration.ofSeconds(30));
        world.guests.pace(Duration.ZERO, Duration.ZERO);
        world.request();
        world.until(() -> world.effectKinds().contains("OPEN_FIREWALL"));
        Instant opened = world.clock.instant();

        world.until(() -> world.power() instanceof MachineState.Serving);

        assertThat(Duration.between(opened, world.clock.instant()))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(32));
    }
}
