// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.controller.step.Violation.Oracle;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.Faults;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.cloud.LabelTime;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.link.GuestLink;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Effect;
import dev.privatellm.machine.plan.Facts;
import dev.privatellm.machine.plan.Machine;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.power.MachineState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
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
            return seeing(ports, SeededBug::asOurs);
        }
    },
    LEASE_IGNORED(Workload.HELD_BY_ANOTHER, Oracle.REFUSAL) {
        @Override
        Ports wire(Ports ports) {
            return seeing(ports, SeededBug::asHeldByUs);
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
            return seeing(
                    ports,
                    found -> found.status() == InstanceStatus.STOPPING
                            ? changed(found, InstanceStatus.STOPPED, found.labels())
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
            return admitting(ports, "insert", "0.0.0.0/0");
        }
    },
    OLD_ADDRESS_KEPT(Workload.EGRESS_CHANGE, Oracle.EXPOSURE) {
        @Override
        Ports wire(Ports ports) {
            return admitting(ports, "replace", "198.51.100.7/32");
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
                metadata.put("token", newest(ports).tokens().manage().value());
                return call.proceedWith(Map.copyOf(metadata));
            });
        }
    },
    CLIENT_KEY_IN_THE_BUNDLE(Workload.WAKE, Oracle.SECRECY) {
        @Override
        Ports wire(Ports ports) {
            return Interposed.around(
                    ports,
                    SecretStore.class,
                    call -> call.name().equals("addVersion")
                            ? call.proceedWith(new String(call.argument(byte[].class), StandardCharsets.UTF_8)
                                    .replaceFirst("[{]", "{\"clientKey\":\"" + controllerKey(ports) + "\",")
                                    .getBytes(StandardCharsets.UTF_8))
                            : call.proceed());
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

    private static Epoch newest(Ports ports) {
        return ports.epochs()
                .find(ports.state().read().state().plan().trust().lastGeneration())
                .orElseThrow();
    }

    private static String controllerKey(Ports ports) {
        return newest(ports).controller().keyPem().replace("\n", "");
    }

    private static Ports admitting(Ports ports, String mutation, String source) {
        return Interposed.around(ports, FirewallProvider.class, call -> {
            if (!call.name().equals(mutation)) {
                return call.proceed();
            }
            FirewallRule rule = call.argument(FirewallRule.class);
            TreeSet<String> sources = new TreeSet<>(rule.sourceRanges());
            sources.add(source);
            return call.proceedWith(new FirewallRule(
                    rule.name(), rule.network(), sources, rule.targetTag(), rule.port(), rule.owner()));
        });
    }

    private interface Sight {
        Instance of(Instance found);
    }

    private static Ports seeing(Ports ports, Sight sight) {
        return Interposed.around(ports, InstanceProvider.class, call -> {
            @Nullable Object answer = call.proceed();
            return switch (answer) {
                case Optional<?> found
                when call.name().equals("find") -> found.map(instance -> sight.of((Instance) instance));
                case List<?> found ->
                    found.stream()
                            .map(instance -> sight.of((Instance) instance))
                            .toList();
                case null, default -> answer;
            };
        });
    }

    private static Instance asOurs(Instance found) {
        Map<String, String> labels = new HashMap<>(found.labels());
        labels.put("pllm-owner", World.UID);
        return changed(found, found.status(), labels);
    }

    private static Instance asHeldByUs(Instance found) {
        Map<String, String> labels = new HashMap<>(found.labels());
        labels.put(LabelTime.HOLDER, "cluster-1");
        return changed(found, found.status(), labels);
    }

    private static Instance changed(Instance found, InstanceStatus status, Map<String, String> labels) {
        return new Instance(
                found.id(),
                found.cloudId(),
                status,
                status.name(),
                found.machineType(),
                found.provisioning(),
                found.externalAddress(),
                found.internalAddress(),
                found.externalPort(),
                labels,
                found.tags(),
                found.metadata(),
                found.metadataFingerprint(),
                found.network(),
                found.build(),
                found.disk(),
                found.labelFingerprint(),
                found.createdAt(),
                found.lastStartedAt(),
                found.lastStoppedAt());
    }
}
