// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.Annotations;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.Zone;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A document that is paused asks nothing of the cloud, and one that only observes changes nothing in it. */
class KeptTest {
    private static final Duration LONG = Duration.ofHours(2);

    /** All that changes something in the cloud. */
    private static final Set<String> WRITES = Set.of(
            "insert",
            "start",
            "stop",
            "delete",
            "setMetadata",
            "setLabels",
            "setScheduling",
            "setMachineType",
            "claim",
            "insertRule",
            "replaceRule",
            "deleteRule",
            "ensure",
            "addVersion",
            "destroy",
            "createAccount",
            "enable");

    private final World world = new World();

    static PrivateLlm paused(PrivateLlm document) {
        return new PrivateLlm(document.metadata(), document.spec(), new Annotations(true));
    }

    @Test
    @DisplayName(
            "a machine that serves goes on while paused: not one call to the cloud, its guest is heard and its dead man's switch fed, its run is paid for")
    void asksNothingWhileItServes() {
        world.wake();
        world.demand = Demand.NONE;
        world.document = paused(world.document);
        world.step();
        List<String> before = world.cloud.faults().calls();

        passesInSight(LONG);

        assertThat(world.cloud.faults().calls()).isEqualTo(before);
        assertThat(world.power()).isInstanceOf(MachineState.Serving.class);
        assertThat(world.condition("Ready")).contains("TRUE/ReconcilePaused");
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.FORWARD);
        assertThat(world.store.read().state().plan().currentRun().orElseThrow().length(world.clock.instant()))
                .isGreaterThan(LONG);

        world.document = World.sample("");
        world.sleep();
        assertThat(world.condition("Ready")).contains("TRUE/Sleeping");
    }

    /** Lets time pass, in which nobody's silence is ever long enough for the guest to take its controller for dead. */
    private void passesInSight(Duration time) {
        world.afterStep = () -> assertThat(Duration.between(world.steppedAt, world.clock.instant()))
                .isLessThan(Duration.ofMinutes(1));
        world.passes(time);
        world.afterStep = () -> {};
    }

    @Test
    @DisplayName(
            "a wake that is paused half-way stands still, whoever asks, and is done with after the pause, by another process too")
    void goesOnWithAHalfDoneWake() {
        world.request();
        world.until(() -> world.power() instanceof MachineState.Booting);
        world.document = paused(world.document);
        world.step();
        List<String> before = world.cloud.faults().calls();
        world.requests = new PowerRequests(Optional.of("wake-1"), Optional.empty(), PowerRequests.Order.NONE);

        passesInSight(Duration.ofMinutes(5));

        assertThat(world.cloud.faults().calls()).isEqualTo(before);
        assertThat(world.power()).isInstanceOf(MachineState.Booting.class);
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.REFUSE);
        world.document = World.sample("");
        world.restart();
        world.wake();
        assertThat(world.cloud.instances().created()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "a machine that sleeps is not woken while paused, neither by hand nor by calls, which are told why; down takes it all away")
    void refusesWakesWhilePaused() {
        world.wake();
        world.sleep();
        world.document = paused(world.document);
        world.step();
        List<String> before = world.cloud.faults().calls();
        world.request();
        world.requests = new PowerRequests(Optional.of("wake-1"), Optional.empty(), PowerRequests.Order.NONE);

        world.passes(LONG);

        assertThat(world.cloud.faults().calls()).isEqualTo(before);
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.REFUSE);
        assertThat(world.links.getLast().message().orElseThrow())
                .contains("paused by the annotation privatellm.dev/paused");
        world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.REMOVAL);
        world.until(() -> world.cloud.instances().all().isEmpty() && world.last.isAtRest());
    }

    @Test
    @DisplayName(
            "what only observes looks at all that is there and writes nothing, whoever asks: neither a wake, nor a stop, nor a removal, nor a mending")
    void changesNothingWhileItObserves() {
        world.wake();
        InstanceId id = world.cloud.instances().all().getFirst().id();
        world.document = World.sample(
                "", "llama3.2:3b", "us-central1-a", "machineTypes: [g2-standard-8]", "", "managementPolicy: Observe");
        world.generation++;
        world.demand = Demand.NONE;
        long lists = world.cloud.faults().count("findByOwner");
        long writes = writes();

        passesInSight(Duration.ofMinutes(30));
        world.cloud.instances().changeTagsFromOutside(id, Set.of("open-to-all"));
        passesInSight(Duration.ofMinutes(30));
        assertThat(world.last.status().drift().orElseThrow().field()).isEqualTo("tags");
        world.requests = new PowerRequests(Optional.of("wake-1"), Optional.of("sleep-1"), PowerRequests.Order.REMOVAL);
        passesInSight(Duration.ofMinutes(30));

        assertThat(writes()).isEqualTo(writes);
        assertThat(world.cloud.faults().count("findByOwner")).isGreaterThan(lists + 50);
        assertThat(world.cloud.instances().all())
                .singleElement()
                .extracting(Instance::status)
                .isEqualTo(InstanceStatus.RUNNING);

        world.requests = PowerRequests.NONE;
        world.cloud.instances().loseFromOutside(id);
        world.request();
        passesInSight(Duration.ofMinutes(30));

        assertThat(writes()).isEqualTo(writes);
        assertThat(world.power()).isInstanceOf(MachineState.Stopped.class);
        assertThat(world.condition("Ready")).contains("TRUE/ObserveOnly");
        assertThat(world.last.status().refusal()).contains(Reason.SLEEPING_BY_POLICY);
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.REFUSE);
        assertThat(id.zone()).isEqualTo(new Zone("us-central1-a"));
    }

    private long writes() {
        return world.cloud.faults().calls().stream().filter(WRITES::contains).count();
    }

    @Test
    @DisplayName(
            "an authority that is told to be stolen during a pause is distrusted at once, and by whoever comes after this process")
    void writesDownWhatIsAskedForByHand() {
        world.wake();
        world.document = paused(world.document);
        int calls = world.cloud.faults().calls().size();

        world.requests = PowerRequests.NONE.changingAuthority(new PowerRequests.NewAuthority("stolen", true));
        world.passes(Duration.ofSeconds(40));

        assertThat(world.store.read().state().plan().trust().isDistrusted()).isTrue();
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.HOLD);
        assertThat(world.cloud.faults().calls()).hasSize(calls);
    }

    @Test
    @DisplayName("a machine that goes away during a pause is told to gateways as soon as its guest is silent")
    void tellsGatewaysThatItIsSilent() {
        world.wake();
        world.document = paused(world.document);
        world.passes(Duration.ofSeconds(40));
        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.FORWARD);

        world.guests.cutOff(true);
        world.passes(Duration.ofMinutes(1));

        assertThat(world.links.getLast().accepts()).isEqualTo(LinkDocument.Accepts.HOLD);
    }
}
