// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.Offering;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.cost.LedgerEntry;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.Run;
import dev.privatellm.machine.plan.Trust;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Dies at every single point of two wakes and two sleeps, goes on as a new process, and must end where an undisturbed run ends. A point is each moment before
 * and after an effect, whether it changes the cloud, the guest, the certificates on disk or the link, and before each write of the record.
 */
@DisplayName("C10 P8 R2 S3 crash matrix")
@Execution(ExecutionMode.CONCURRENT)
final class CrashMatrixTest {
    private static final Set<String> MUTATIONS = Set.of(
            "insertNetwork",
            "insertSubnet",
            "ensureKey",
            "admitSecrets",
            "createAccount",
            "admit",
            "ensure",
            "addVersion",
            "destroy",
            "insert",
            "setMetadata",
            "start",
            "stop",
            "insertRule",
            "replaceRule",
            "deleteRule",
            "drain",
            "undrain",
            "loadBundle");

    private static final Set<String> REMOVALS =
            Set.of("delete", "deleteSecret", "deleteAccount", "deleteSubnet", "deleteNetwork");

    private static final String NEW_EGRESS = "198.51.100.99";

    private static final Set<String> GUEST_CALLS = Set.of("drain", "undrain", "loadBundle");

    /** What happens at a point. */
    private enum Blow {
        DIES,
        LOSES_THE_ANSWER
    }

    /** Counts the points of a run and strikes at one of them. */
    private static final class Fate {
        private final int strikesAt;
        private final Blow blow;
        private final Set<String> passed = new TreeSet<>();
        private int points;

        Fate(int strikesAt, Blow blow) {
            this.strikesAt = strikesAt;
            this.blow = blow;
        }

        void arm(World world) {
            world.cloud.faults().watchedBy((moment, call) -> {
                if (MUTATIONS.contains(call) || REMOVALS.contains(call)) {
                    passed.add(call);
                    pass(GUEST_CALLS.contains(call) ? new GuestFailure.Unreachable("lost", null) : Faults.lost());
                }
            });
            if (blow == Blow.DIES) {
                world.store.beforeWrite(this::pass);
                world.epochs.aroundSave(this::pass);
                world.authorities.aroundChange(this::pass);
                world.ledger.aroundAppend(this::pass);
                world.aroundPublish = this::pass;
            }
        }

        private void pass() {
            pass(Faults.lost());
        }

        private void pass(RuntimeException lost) {
            if (points++ != strikesAt) {
                return;
            }
            if (blow == Blow.DIES) {
                throw new World.Crash();
            }
            throw lost;
        }
    }

    /** What the run has to cope with besides. */
    private enum Weather {
        FAIR(2),
        /** The first zone has nothing: a lost answer there and a machine in the next would be two bills. */
        STOCKOUT(1),
        /** It serves for so long that its certificates are renewed under running streams. */
        RENEWAL(1),
        /** Another authority takes the place of the one that signs, under running streams. */
        NEW_AUTHORITY(1),
        /** Somebody asks while the guest drains already. */
        SECOND_THOUGHTS(1),
        /** Our own address becomes another one while it serves. */
        MOVED(1),
        /** The cloud takes it away while somebody waits: it comes back in another zone, with another disk. */
        TAKEN_AWAY(1);

        private final int cycles;

        Weather(int cycles) {
            this.cycles = cycles;
        }
    }

    private static World run(Weather weather, Fate fate) {
        World world = new World();
        if (weather == Weather.STOCKOUT) {
            world.cloud
                    .instances()
                    .exhaust(new Offering(ProvisioningModel.SPOT, "g2-standard-8", new Zone("us-central1-a")));
        }
        world.document = World.sample("maxUptimeSeconds: 864000");
        if (weather != Weather.NEW_AUTHORITY) {
            fate.arm(world);
        }
        int cycles = weather.cycles;
        for (int cycle = 0; cycle < cycles; cycle++) {
            world.wake();
            if (weather == Weather.RENEWAL) {
                renew(world);
            }
            if (weather == Weather.NEW_AUTHORITY) {
                changeAuthority(world, fate);
            }
            if (weather == Weather.MOVED) {
                move(world);
            }
            if (weather == Weather.TAKEN_AWAY) {
                takeAway(world);
            }
            if (weather == Weather.SECOND_THOUGHTS) {
                callOffADrain(world);
            }
            world.sleep();
        }
        return world;
    }

    /** Somebody wakes the machine, and changes his mind as soon as the blow has fallen, or when it serves. */
    private static World wakeAndRemove(Fate fate) {
        World world = new World();
        fate.arm(world);
        world.request();
        world.until(() -> fate.points > fate.strikesAt || world.power() instanceof MachineState.Serving);
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);
        world.until(() -> Planner.isRemoved(world.store.read().state().plan()));
        return world;
    }

    private static Stream<DynamicTest> removals(Blow blow) {
        Fate undisturbed = new Fate(Integer.MAX_VALUE, blow);
        wakeAndRemove(undisturbed);
        assertThat(undisturbed.passed).containsAll(REMOVALS);
        return Stream.iterate(0, point -> point + 1)
                .limit(undisturbed.points)
                .map(point -> DynamicTest.dynamicTest("removal, %s at point %d".formatted(blow, point), () -> {
                    Fate fate = new Fate(point, blow);

                    World world = wakeAndRemove(fate);

                    assertThat(fate.points).isGreaterThan(point);
                    assertNothingIsLeft(world);
                }));
    }

    private static void assertNothingIsLeft(World world) {
        assertThat(world.cloud.instances().all()).as("machines").isEmpty();
        assertThat(world.cloud.firewalls().all()).as("rules").isEmpty();
        assertThat(world.cloud.secrets().exists(World.NAMES.secret()))
                .as("secret")
                .isFalse();
        assertThat(world.cloud.identities().all()).as("accounts").isEmpty();
        assertThat(world.cloud.networks().madeSubnets()).as("subnets").isEmpty();
        assertThat(world.cloud.networks().made()).as("networks").isEmpty();
    }

    private static void renew(World world) {
        world.guests.followAfter(Duration.ofMinutes(1));
        world.guests.openStreams(1);
        world.cloud.firewalls().pace(Duration.ZERO);
        world.clock.advance(Duration.ofDays(5));
        world.until(() ->
                world.store.read().state().plan().trust().inUse().orElseThrow().generation() == 2
                        && world.last.effect().isEmpty());
        world.guests.openStreams(0);
    }

    /** The wake before it has its points in every other weather. */
    private static void changeAuthority(World world, Fate fate) {
        fate.arm(world);
        X509Certificate old = world.authorities.current().certificate();
        world.guests.openStreams(1);
        world.cloud.firewalls().pace(Duration.ZERO);
        world.requests = PowerRequests.NONE.changingAuthority(new PowerRequests.NewAuthority("another", false));
        world.until(() -> {
            Trust trust = world.store.read().state().plan().trust();
            return trust.authorityChange().isEmpty()
                    && trust.authorityDone().isPresent()
                    && world.last.effect().isEmpty();
        });
        assertThat(world.authorities.current().certificate()).isNotEqualTo(old);
        assertThat(world.authorities.successor()).isEmpty();
        world.guests.openStreams(0);
    }

    private static void move(World world) {
        world.guests.openStreams(1);
        world.guests.callsComeFrom(NEW_EGRESS);
        world.egress = Optional.of(new TreeSet<>(Set.of(NEW_EGRESS)));
        world.until(() -> world.power() instanceof MachineState.Serving serving
                && serving.unreachableSince().isEmpty()
                && world.cloud.firewalls().admits(NEW_EGRESS + "/32", World.NAMES.tag(), 8080)
                && world.last.effect().isEmpty());
        world.guests.openStreams(0);
    }

    private static void takeAway(World world) {
        InstanceId first = world.cloud.instances().billable().getFirst().id();
        world.cloud.instances().preempt(first);
        world.request();
        world.until(() -> world.power() instanceof MachineState.Serving
                && world.cloud.instances().all().stream()
                        .noneMatch(instance -> instance.id().equals(first)));
    }

    private static void callOffADrain(World world) {
        world.requests = new PowerRequests(Optional.empty(), Optional.of("sleep"), PowerRequests.Order.NONE);
        world.until(() -> world.power() instanceof MachineState.Draining);
        world.demand = new Demand(0, 1, Optional.of(world.clock.instant()));
        world.until(() -> world.power() instanceof MachineState.Serving
                && world.last.effect().isEmpty());
        world.demand = new Demand(0, 0, Optional.of(world.clock.instant()));
    }

    private static int pointsOf(Weather weather, Blow blow) {
        Fate fate = new Fate(Integer.MAX_VALUE, blow);
        run(weather, fate);
        return fate.points;
    }

    private static Stream<DynamicTest> matrix(Weather weather, Blow blow) {
        return Stream.iterate(0, point -> point + 1)
                .limit(pointsOf(weather, blow))
                .map(point -> DynamicTest.dynamicTest("%s, %s at point %d".formatted(weather, blow, point), () -> {
                    Fate fate = new Fate(point, blow);

                    World world = run(weather, fate);

                    assertThat(fate.points).isGreaterThan(point);
                    assertThat(world.crashes).isEqualTo(blow == Blow.DIES ? 1 : 0);
                    assertEndsAsUndisturbed(world, weather);
                }));
    }

    private static void assertEndsAsUndisturbed(World world, Weather weather) {
        boolean isAnother = weather == Weather.TAKEN_AWAY;
        assertThat(world.cloud.instances().created()).as("machines made").isEqualTo(isAnother ? 2 : 1);
        assertThat(world.cloud.instances().all()).as("machines left").hasSize(1);
        assertThat(world.cloud.instances().doubleBilled())
                .as("two machines charged")
                .isEqualTo(Duration.ZERO);
        assertThat(world.cloud.instances().billable())
                .as("machines charged at the end")
                .isEmpty();
        assertThat(world.cloud.firewalls().all()).as("rules left").isEmpty();
        assertThat(world.longestExposure).as("rule without machine").isLessThan(Duration.ofSeconds(10));
        assertThat(world.cloud.secrets().mostAtOnce()).as("versions at once").isLessThanOrEqualTo(2);
        assertThat(world.served).as("requests answered").hasSize(isAnother ? 2 : weather.cycles);
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        assertThat(world.store.read().state().plan().operations()).isEmpty();
        assertThat(runsInTheBook(world))
                .as("runs in the book")
                .isEqualTo(world.store.read().state().plan().runs().stream()
                        .map(Run::id)
                        .toList());
    }

    private static List<Long> runsInTheBook(World world) {
        return world.ledger.entries().stream()
                .filter(LedgerEntry.MachineRun.class::isInstance)
                .map(entry -> ((LedgerEntry.MachineRun) entry).id())
                .toList();
    }

    @Test
    void anUndisturbedRunHoldsItsOwnOracle() {
        assertEndsAsUndisturbed(run(Weather.FAIR, new Fate(Integer.MAX_VALUE, Blow.DIES)), Weather.FAIR);
        assertEndsAsUndisturbed(run(Weather.TAKEN_AWAY, new Fate(Integer.MAX_VALUE, Blow.DIES)), Weather.TAKEN_AWAY);
    }

    @Test
    void passesEveryKindOfEffect() {
        Set<String> passed = new TreeSet<>();
        for (Weather weather : Weather.values()) {
            Fate fate = new Fate(Integer.MAX_VALUE, Blow.DIES);
            run(weather, fate);
            passed.addAll(fate.passed);
        }

        assertThat(passed).containsAll(MUTATIONS);
    }

    @TestFactory
    @DisplayName(
            "C10 C17 P8 S3 killed at any point, a restart ends as if nothing had happened: one machine, no orphan, no request lost")
    Stream<DynamicTest> diesAtEveryPoint() {
        return Stream.of(Weather.values()).flatMap(weather -> matrix(weather, Blow.DIES));
    }

    @TestFactory
    @DisplayName("C10 R2 an answer lost at any call is found again, never repeated as a second effect")
    Stream<DynamicTest> losesTheAnswerAtEveryCall() {
        return Stream.of(Weather.values()).flatMap(weather -> matrix(weather, Blow.LOSES_THE_ANSWER));
    }

    @TestFactory
    @DisplayName("C10 C13 killed or without an answer at any point of a wake or a removal, down still leaves nothing")
    Stream<DynamicTest> removesEverythingWhateverHappenedBefore() {
        return Stream.of(Blow.values()).flatMap(CrashMatrixTest::removals);
    }
}
