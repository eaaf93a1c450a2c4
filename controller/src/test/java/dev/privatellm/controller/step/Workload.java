// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Scenes.NEW_EGRESS;
import static dev.privatellm.controller.step.Scenes.OURS;
import static dev.privatellm.controller.step.Scenes.asleep;
import static dev.privatellm.controller.step.Scenes.changesAuthority;
import static dev.privatellm.controller.step.Scenes.exhaust;
import static dev.privatellm.controller.step.Scenes.preempt;
import static dev.privatellm.controller.step.Scenes.refused;
import static dev.privatellm.controller.step.Scenes.remove;
import static dev.privatellm.controller.step.Scenes.secondGeneration;
import static dev.privatellm.controller.step.Scenes.servesElsewhere;
import static dev.privatellm.controller.step.Scenes.usual;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.ProvisioningModel;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Pieces of a machine's life, each of which is struck at every one of its effects. What a piece needs is prepared and what it leaves is ended undisturbed, so
 * that every effect is struck where it belongs. Each ends at rest: what stands then is compared with what an undisturbed run leaves.
 */
enum Workload {
    /** Nothing exists. The machine takes longer to boot than an idle one is kept. */
    FIRST_BOOT(world -> world.guests.pace(Duration.ofSeconds(70), Duration.ofSeconds(20))) {
        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    WAKE(Scenes::asleep) {
        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    SLEEP(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            world.sleep();
        }
    },
    /** A wake of a machine whose key is made here from now on. */
    UPLOADED_KEY {
        @Override
        void prepare(World world) {
            asleep(world);
            world.document = usual("", "serverKey: Uploaded");
            world.generation++;
        }

        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    /** The first two zones have nothing: a lost answer there and a machine in the third would be two bills. New machines are not seen at once. */
    FAIL_OVER {
        @Override
        void prepare(World world) {
            asleep(world);
            world.cloud.instances().removeFromOutside(OURS);
            world.cloud.instances().insertsStayHidden(Duration.ofSeconds(20));
            exhaust(world, "us-central1-a", "us-central1-b");
        }

        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    /** The same for a machine that exists: its disk stays behind until another one serves. */
    MOVE_TO_ANOTHER_ZONE {
        @Override
        PrivateLlm document() {
            return usual("", "", "ECDSA_P256", "zonePatienceSeconds: 0");
        }

        @Override
        void prepare(World world) {
            asleep(world);
            exhaust(world, "us-central1-a", "us-central1-b");
        }

        @Override
        void play(World world, Strike strike) {
            world.wake();
            world.until(() -> world.store.read().state().plan().predecessor().isEmpty());
        }
    },
    TAKEN_AWAY_WHILE_BOOTING(Scenes::asleep) {
        @Override
        void play(World world, Strike strike) {
            world.request();
            world.until(() -> world.power() instanceof MachineState.Booting);
            servesElsewhere(world, preempt(world));
        }
    },
    TAKEN_AWAY_WHILE_SERVING(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            InstanceId lost = preempt(world);
            world.request();
            servesElsewhere(world, lost);
        }
    },
    TAKEN_AWAY_AND_NOT_MISSED(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            preempt(world);
            world.until(() -> world.power() instanceof MachineState.Preempted && world.last.isAtRest());
        }
    },
    /** It serves for so long that its certificates are renewed under running streams. */
    RENEWAL {
        @Override
        void prepare(World world) {
            world.wake();
            world.guests.followAfter(Duration.ofMinutes(1));
            world.guests.openStreams(1);
            world.cloud.firewalls().pace(Duration.ZERO);
            world.clock.advance(Duration.ofDays(5));
        }

        @Override
        void play(World world, Strike strike) {
            secondGeneration(world);
        }
    },
    ROTATION_BY_HAND {
        @Override
        void prepare(World world) {
            world.wake();
            world.guests.followAfter(Duration.ofMinutes(1));
            world.guests.openStreams(1);
        }

        @Override
        void play(World world, Strike strike) {
            world.requests = PowerRequests.NONE.rotating("by hand");
            secondGeneration(world);
        }
    },
    /** Another authority takes the place of the one that signs, under running streams. */
    NEW_AUTHORITY {
        @Override
        void prepare(World world) {
            world.wake();
            world.guests.openStreams(1);
            world.cloud.firewalls().pace(Duration.ZERO);
        }

        @Override
        void play(World world, Strike strike) {
            changesAuthority(world, false);
            world.guests.openStreams(0);
        }
    },
    /** The user's own machine, which stands without power, becomes ours. */
    ADOPTION(world -> OldInstallation.standIn(world, ProvisioningModel.SPOT)) {
        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    /** Somebody has the authority's key: nobody believes it any more before there is another one, and streams are cut. */
    STOLEN_AUTHORITY(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            changesAuthority(world, true);
        }
    },
    /** The document asks for another type and a larger disk while it serves: the same machine becomes so at its next wake. */
    MACHINE_CHANGE(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            world.document = World.sample(
                    "maxUptimeSeconds: 864000",
                    "llama3.2:3b",
                    "us-central1-a, us-central1-b, us-central1-c",
                    "machineTypes: [g2-standard-16]\ndisk: {sizeGb: 256}");
            world.generation++;
            world.sleep();
            world.wake();
        }
    },
    /** Our own address becomes another one while it serves. */
    EGRESS_CHANGE {
        @Override
        void prepare(World world) {
            world.wake();
            world.guests.openStreams(1);
        }

        @Override
        void play(World world, Strike strike) {
            world.guests.callsComeFrom(NEW_EGRESS);
            world.egress = Optional.of(new TreeSet<>(Set.of(NEW_EGRESS)));
            world.until(() -> world.power() instanceof MachineState.Serving serving
                    && serving.unreachableSince().isEmpty()
                    && world.cloud.firewalls().admits(NEW_EGRESS + "/32", World.NAMES.tag(), 8080)
                    && world.last.effect().isEmpty());
            world.guests.openStreams(0);
        }
    },
    /** Somebody asks while the guest drains already. */
    SECOND_THOUGHTS(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            world.requests = new PowerRequests(Optional.empty(), Optional.of("sleep"), PowerRequests.Order.NONE);
            world.until(() -> world.power() instanceof MachineState.Draining);
            world.demand = new Demand(0, 1, Optional.of(world.clock.instant()));
            world.until(() -> world.power() instanceof MachineState.Serving
                    && world.last.effect().isEmpty());
            world.demand = new Demand(0, 0, Optional.of(world.clock.instant()));
        }

        // Whoever takes over meanwhile has put it to sleep before anybody can have second thoughts.
        @Override
        boolean isStruckBy(Fate fate) {
            return fate != Fate.OVERTAKEN;
        }
    },
    /** Its document says that it shall not run, with an answer running, and later that it may again. */
    PAUSE_AND_RESUME {
        @Override
        void prepare(World world) {
            world.wake();
            world.guests.openStreams(1);
        }

        @Override
        void play(World world, Strike strike) {
            world.document = usual("powerState: Stopped\ndrainTimeoutSeconds: 60", "");
            world.generation++;
            world.until(() -> world.last.isAtRest());
            world.guests.openStreams(0);
            world.document = document();
            world.generation++;
            world.wake();
        }
    },
    LOCK_DOWN(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.LOCK_DOWN);
            world.until(() -> world.last.isAtRest());
            world.requests = PowerRequests.NONE;
        }
    },
    REMOVAL_WHILE_ASLEEP(Scenes::asleep) {
        @Override
        void play(World world, Strike strike) {
            remove(world);
        }
    },
    REMOVAL_WHILE_SERVING(Scenes::awake) {
        @Override
        void play(World world, Strike strike) {
            remove(world);
        }
    },
    REMOVAL_WITH_KEY {
        @Override
        void prepare(World world) {
            asleep(world);
        }

        @Override
        void play(World world, Strike strike) {
            remove(world, PowerRequests.Order.REMOVAL_WITH_KEY);
            world.until(() -> world.store.read().state().plan().parts().size() == 1);
        }
    },
    RETENTION {
        @Override
        void prepare(World world) {
            world.wake();
        }

        @Override
        void play(World world, Strike strike) {
            world.demand = Demand.NONE;
            world.requests = new PowerRequests(Optional.empty(), Optional.empty(), PowerRequests.Order.RETENTION);
            world.until(() -> world.last.isAtRest());
        }
    },
    /** Somebody wakes a machine for the first time, and changes his mind as soon as the blow has fallen, or when it serves. */
    REMOVAL_AFTER_THE_BLOW {
        @Override
        void play(World world, Strike strike) {
            world.request();
            world.until(() -> strike.hasStruck() || world.power() instanceof MachineState.Serving);
            strike.disarm();
            world.served.clear();
            remove(world);
        }

        @Override
        boolean isOfOneLength() {
            return false;
        }
    },
    /** The record is gone, the zone that comes first has machines again, and the list of machines is not to be had at first. */
    RECORD_LOST {
        @Override
        void prepare(World world) {
            exhaust(world, "us-central1-a");
            asleep(world);
            world.cloud.instances().replenish();
            long version = world.store.read().version();
            world.store.compareAndSet(version, ResourceState.initial(world.clock.instant()));
            world.restart();
            world.newProcesses = 0;
            world.cloud.faults().failNext("findByOwner", Faults.lost());
            world.cloud.faults().failNext("findByOwner", Faults.lost());
        }

        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    /** Somebody else has a machine under our name by now. */
    FOREIGN_MACHINE {
        @Override
        void prepare(World world) {
            asleep(world);
            world.cloud.instances().removeFromOutside(OURS);
            Bystanders.machine(world, OURS);
        }

        @Override
        void play(World world, Strike strike) {
            refused(world);
        }
    },
    /** Another controller of the same resource holds the sleeping machine, and does not renew its claim. */
    HELD_BY_ANOTHER {
        @Override
        void prepare(World world) {
            asleep(world);
            Bystanders.holds(world, OURS, Duration.ofMinutes(2));
        }

        @Override
        void play(World world, Strike strike) {
            world.wake();
        }
    },
    /** Somebody else has a firewall rule under our name. */
    FOREIGN_RULE {
        @Override
        void prepare(World world) {
            asleep(world);
            Bystanders.rule(world, World.NAMES.rule());
        }

        @Override
        void play(World world, Strike strike) {
            refused(world);
        }
    },
    /** Somebody else has a secret under our name. */
    FOREIGN_SECRET(world -> Bystanders.secret(world, World.NAMES.secret())) {
        @Override
        void play(World world, Strike strike) {
            refused(world);
        }
    };

    // None of them keeps anything.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Consumer<World> before;

    /** Begins with nothing, or says itself with what. */
    Workload() {
        this(_ -> {});
    }

    Workload(Consumer<World> before) {
        this.before = before;
    }

    /** What is asked for. */
    PrivateLlm document() {
        return usual("", "");
    }

    /** What comes before, undisturbed. */
    void prepare(World world) {
        before.accept(world);
    }

    /** What is struck. */
    abstract void play(World world, Strike strike);

    /** Whether such a blow leaves anything to play. */
    boolean isStruckBy(Fate fate) {
        return true;
    }

    /** Whether a run that is struck makes as much as one that is not: its end and its bill can be compared. */
    boolean isOfOneLength() {
        return true;
    }
}
