// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.controller.step.Violation.Oracle;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestLink;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Effect;
import dev.privatellm.machine.plan.Facts;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.power.MachineState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Mistakes that tools of this kind have made, or that this one could: each stands between the shipped controller and its ports, or beside its decisions. */
enum SeededBug {
    WRITE_AHEAD_DROPPED(Workload.FIRST_BOOT, Oracle.WRITTEN_AHEAD) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, StateStore.class, call -> {
                boolean isIntent = call.has(ResourceState.class)
                        && call.argument(ResourceState.class).plan().operations().stream()
                                .anyMatch(intent -> intent.operation().isEmpty());
                return isIntent ? call.arguments().getFirst() : call.proceed();
            });
        }
    },
    REQUEST_ID_NOT_REPEATED(Workload.WAKE, Oracle.WRITTEN_AHEAD) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(
                    ports,
                    InstanceProvider.class,
                    call -> call.has(RequestId.class)
                            ? call.proceedWith(new RequestId(UUID.randomUUID()))
                            : call.proceed());
        }
    },
    RECORD_VERSION_NOT_COMPARED(Workload.FIRST_BOOT, Oracle.MONEY, Fate.OVERTAKEN) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(
                    ports,
                    StateStore.class,
                    call -> call.name().equals("compareAndSet")
                            ? call.proceedWith(ports.state().read().version())
                            : call.proceed());
        }
    },
    MATCHED_BY_NAME(Workload.FOREIGN_MACHINE, Oracle.REFUSAL) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.seeing(ports, Tampering::asOurs);
        }
    },
    LEASE_IGNORED(Workload.HELD_BY_ANOTHER, Oracle.REFUSAL) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.seeing(ports, Tampering::asHeldByUs);
        }
    },
    LIST_ERROR_READ_AS_EMPTY(Workload.RECORD_LOST, Oracle.COUNTS) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, InstanceProvider.class, call -> {
                try {
                    return call.proceed();
                } catch (CloudFailure failure) {
                    if (call.name().equals("findByOwner")) {
                        return List.of();
                    }
                    throw failure;
                }
            });
        }
    },
    STOP_NOT_AWAITED(Workload.SLEEP, Oracle.MONEY) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.seeing(
                    ports,
                    found -> found.status() == InstanceStatus.STOPPING
                            ? Tampering.changed(found, InstanceStatus.STOPPED, found.labels())
                            : found);
        }
    },
    FAIL_OVER_BEFORE_THE_INSERT_IS_OVER(Workload.FAIL_OVER, Oracle.MONEY, Fate.ANSWER_LOST) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, InstanceProvider.class, call -> {
                try {
                    return call.proceed();
                } catch (CloudFailure.Unavailable lost) {
                    if (call.name().equals("insert")) {
                        throw Faults.stockout();
                    }
                    throw lost;
                }
            });
        }
    },
    IDLE_COUNTED_WHILE_BOOTING(Workload.FIRST_BOOT, Oracle.CONVERGENCE) {
        @Override
        Plan decide(Facts facts, Instant now) {
            PlanState state = facts.state();
            Optional<Machine> machine = state.machine();
            boolean isIdle = state.power().isWaking()
                    && state.operations().isEmpty()
                    && machine.filter(booting -> !now.isBefore(booting.startedAt()
                                    .plus(facts.spec().power().idleTimeout())))
                            .isPresent();
            return isIdle
                    ? new Plan.Act(new Effect.StopInstance(
                            facts.freshId(), machine.orElseThrow().id(), "IdleTimeout"))
                    : Planner.decide(facts, now);
        }
    },
    DRAIN_SKIPPED(Workload.SLEEP, Oracle.GRACE) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(
                    ports, GuestLink.class, call -> call.name().equals("drain") ? Integer.valueOf(0) : call.proceed());
        }
    },
    RULE_NOT_CLOSED_ON_PREEMPTION(Workload.TAKEN_AWAY_AND_NOT_MISSED, Oracle.EXPOSURE) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, FirewallProvider.class, call -> {
                boolean isForgotten = ports.state().read().state().plan().power() instanceof MachineState.Preempted;
                if (isForgotten && call.name().equals("delete")) {
                    throw new CloudFailure.NotFound("notFound", "never asked for", null);
                }
                return isForgotten && call.name().equals("list") ? List.of() : call.proceed();
            });
        }
    },
    RULE_FOR_EVERYBODY(Workload.WAKE, Oracle.EXPOSURE) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.admitting(ports, "insert", "0.0.0.0/0");
        }
    },
    OLD_ADDRESS_KEPT(Workload.EGRESS_CHANGE, Oracle.EXPOSURE) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.admitting(ports, "replace", "198.51.100.7/32");
        }
    },
    LINK_BEFORE_ACKNOWLEDGEMENT(Workload.RENEWAL, Oracle.TRUST) {
        @Override
        Plan decide(Facts facts, Instant now) {
            Optional<Certificates> next = facts.state().trust().prepared();
            boolean isTold = facts.state().power() instanceof MachineState.Serving
                    && next.filter(prepared -> !prepared.pin().isEmpty()
                                    && prepared.secretVersion().isPresent())
                            .isPresent();
            return isTold
                    ? new Plan.Act(new Effect.ActivateLink(next.orElseThrow().generation()))
                    : Planner.decide(facts, now);
        }
    },
    VERSIONS_NEVER_DESTROYED(Workload.WAKE, Oracle.COUNTS) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(
                    ports, SecretStore.class, call -> call.name().equals("versions") ? List.of() : call.proceed());
        }
    },
    TOKEN_IN_METADATA(Workload.WAKE, Oracle.SECRECY) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, InstanceProvider.class, call -> {
                if (!call.name().equals("setMetadata")) {
                    return call.proceed();
                }
                Map<Object, Object> metadata =
                        new HashMap<>((Map<?, ?>) call.arguments().get(1));
                metadata.put("token", Tampering.newest(ports).tokens().manage().value());
                return call.proceedWith(Map.copyOf(metadata));
            });
        }
    },
    CLIENT_KEY_IN_THE_BUNDLE(Workload.WAKE, Oracle.SECRECY) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.uploading(ports, "clientKey");
        }
    },
    /** Nothing private may be in a bundle of a machine that makes its own key, whatever the field is called. */
    SERVER_KEY_IN_THE_BUNDLE(Workload.WAKE, Oracle.SECRECY) {
        @Override
        Ports wire(Ports ports) {
            return Tampering.uploading(ports, "serverKey");
        }
    },
    /** A process that finds a wake under way takes the upload that was about to be made for made. */
    UPLOAD_TAKEN_FOR_DONE(Workload.WAKE, Oracle.MONEY, Fate.DIES_BEFORE) {
        @Override
        Ports wire(Ports ports) {
            boolean[] isBelieved = {ports.state().read().state().plan().power().isWaking()};
            return Interposed.around(ports, SecretStore.class, call -> {
                if (call.name().equals("addVersion") && isBelieved[0]) {
                    isBelieved[0] = false;
                    return ports.secrets().versions(World.NAMES.secret()).getFirst();
                }
                return call.proceed();
            });
        }
    },
    /** A process does not look for what the one before it has uploaded. */
    UPLOAD_NOT_LOOKED_FOR(Workload.FIRST_BOOT, Oracle.COUNTS, Fate.DIES_AFTER) {
        @Override
        Ports wire(Ports ports) {
            boolean[] hasLooked = {false};
            return Interposed.around(ports, SecretStore.class, call -> {
                if (call.name().equals("versions") && !hasLooked[0]) {
                    hasLooked[0] = true;
                    return List.of();
                }
                return call.proceed();
            });
        }
    },
    /** A call that was lost is taken for one that was answered. */
    LOST_DRAIN_TAKEN_FOR_DONE(Workload.SLEEP, Oracle.GRACE, Fate.REQUEST_LOST) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, GuestLink.class, call -> {
                try {
                    return call.proceed();
                } catch (GuestFailure.Unreachable lost) {
                    if (call.name().equals("drain")) {
                        return Integer.valueOf(0);
                    }
                    throw lost;
                }
            });
        }
    },
    /** Whoever looks at a machine that sleeps says once more what is there already. */
    SECRET_ENSURED_AT_EVERY_LOOK(Workload.SLEEP, Oracle.STABILITY) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(ports, InstanceProvider.class, call -> {
                if (ports.state().read().state().plan().power() instanceof MachineState.Stopped) {
                    ports.secrets().ensure(World.NAMES.secret(), Map.of("pllm-owner", World.UID), Optional.empty());
                }
                return call.proceed();
            });
        }
    };

    private final Workload workload;
    private final Oracle oracle;
    private final @Nullable Fate fate;

    /** Shows in a run without any blow. */
    SeededBug(Workload workload, Oracle oracle) {
        this(workload, oracle, null);
    }

    /** Shows after some blow of this kind. */
    SeededBug(Workload workload, Oracle oracle, @Nullable Fate fate) {
        this.workload = workload;
        this.oracle = oracle;
        this.fate = fate;
    }

    /** Whether it can show in this plan. */
    boolean showsIn(CrashMatrixTest.Planned plan) {
        return plan.fate() == fate;
    }

    /** The blow after which it shows; empty if it needs none. */
    Optional<Fate> fate() {
        return Optional.ofNullable(fate);
    }

    /** Where it shows. */
    Workload workload() {
        return workload;
    }

    /** What catches it. */
    Oracle oracle() {
        return oracle;
    }

    Ports wire(Ports ports) {
        return ports;
    }

    Plan decide(Facts facts, Instant now) {
        return Planner.decide(facts, now);
    }

    World.Seams seams() {
        return new World.Seams(this::wire, this::decide, KeyRing.EC);
    }
}
