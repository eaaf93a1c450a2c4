// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import static dev.privatellm.controller.step.Violation.Oracle.CONVERGENCE;
import static dev.privatellm.controller.step.Violation.Oracle.COUNTS;
import static dev.privatellm.controller.step.Violation.Oracle.EXPOSURE;
import static dev.privatellm.controller.step.Violation.Oracle.GRACE;
import static dev.privatellm.controller.step.Violation.Oracle.MONEY;
import static dev.privatellm.controller.step.Violation.Oracle.REFUSAL;
import static dev.privatellm.controller.step.Violation.Oracle.STABILITY;
import static dev.privatellm.controller.step.Violation.Oracle.TRUST;
import static dev.privatellm.controller.step.Violation.Oracle.WRITTEN_AHEAD;

import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.api.v1alpha1.Security;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceId;
import dev.privatellm.machine.cloud.InstanceProvider;
import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestLink;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Watches one run from outside the controller, at every call, every link and every step, and compares its end with that of an undisturbed run. */
final class Oracles {
    /** A machine may be down for so long before its rule is. */
    private static final Duration RULE_WITHOUT_MACHINE = Duration.ofSeconds(10);

    /** Our own address is looked up every five minutes. */
    private static final Duration ADDRESS_GOES_UNNOTICED = Duration.ofMinutes(6);

    /** What a blow may cost at most. */
    private static final Duration BLOW = Duration.ofMinutes(2);

    private static final int POLLS_AT_REST = 10;

    /** Reasons that only who wrote the document can do something about. */
    private static final Set<String> INPUT =
            Set.of(Reason.INVALID_SPEC.word(), Reason.MODEL_NOT_FOUND.word(), Reason.MODEL_TOO_LARGE.word());

    private static final List<Class<?>> CLOUD = List.of(
            InstanceProvider.class,
            FirewallProvider.class,
            SecretStore.class,
            NetworkProvider.class,
            IdentityProvider.class,
            KeyProvider.class,
            ArtifactStore.class,
            ApiProvider.class);

    private final Canaries canaries;
    private @Nullable World world;
    private Optional<SortedSet<String>> egress = Optional.empty();
    private SortedSet<String> egressBefore = new TreeSet<>();
    private Instant egressChangedAt = Instant.MIN;
    private Optional<Instant> exposedSince = Optional.empty();
    private Optional<Integer> refusedAt = Optional.empty();

    Oracles(KeyRing keys) {
        this.canaries = new Canaries(keys);
    }

    /** The ports of a process, with this between it and them. */
    Ports observing(Ports ports) {
        Ports observed = ports;
        for (Class<?> port : CLOUD) {
            observed = Interposed.around(observed, port, this::toTheCloud);
        }
        observed = Interposed.around(observed, GuestLink.class, this::toTheGuest);
        return Interposed.around(observed, LinkSink.class, this::toTheGateway);
    }

    void watch(World watched) {
        world = watched;
        egress = watched.egress;
        watched.afterStep = this::afterStep;
    }

    private World world() {
        if (world == null) {
            throw new IllegalStateException("no world is watched yet");
        }
        return world;
    }

    private PlanState record() {
        return world().store.read().state().plan();
    }

    private @Nullable Object toTheCloud(Interposed.Call call) {
        canaries.sent(call, world().document.spec().security().serverKey());
        if (call.has(RequestId.class)) {
            RequestId id = call.argument(RequestId.class);
            if (record().operations().stream().noneMatch(intent -> intent.id().equals(id))) {
                throw new Violation(WRITTEN_AHEAD, "%s %s".formatted(call.name(), call.arguments()));
            }
        }
        if (call.has(RequestId.class)
                && call.has(InstanceId.class)
                && Bystanders.isHeld(world(), call.argument(InstanceId.class))) {
            throw new Violation(REFUSAL, "another holds it: %s %s".formatted(call.name(), call.arguments()));
        }
        if (call.name().equals("stop")) {
            stops(call.argument(InstanceId.class));
        }
        return call.proceed();
    }

    private @Nullable Object toTheGuest(Interposed.Call call) {
        canaries.sent(call, Security.ServerKey.CSR);
        return call.proceed();
    }

    /** A machine that nobody uses is told to refuse new calls before it is stopped: between the two somebody might begin one. */
    private void stops(InstanceId id) {
        boolean isForWantOfUse = record().power() instanceof MachineState.Stopping(Instant _, String reason, boolean _)
                && Set.of("IdleTimeout", "SleepRequested").contains(reason);
        boolean isAdmitting = world().cloud.instances().all().stream()
                .filter(machine -> machine.id().equals(id))
                .anyMatch(world().guests::isAdmitting);
        if (isForWantOfUse && isAdmitting) {
            throw new Violation(GRACE, id + " is stopped while it takes calls");
        }
    }

    private @Nullable Object toTheGateway(Interposed.Call call) {
        LinkDocument link = call.argument(LinkDocument.class);
        canaries.written(link);
        if (link.accepts() == LinkDocument.Accepts.FORWARD) {
            LinkDocument.Pins pins = link.pins().orElseThrow();
            String host = link.endpoint().orElseThrow().replaceAll("^https://|:[0-9]+$", "");
            GuestAddress guest = new GuestAddress(
                    host, 8080, link.serverName().orElseThrow(), pins.current(), pins.next(), link.generation());
            try {
                world().guests.health(guest, -1, Duration.ZERO);
            } catch (GuestFailure.Untrusted failure) {
                throw new Violation(TRUST, failure);
            } catch (GuestFailure unheard) {
                // Who does not answer is trusted by nobody.
                canaries.written(String.valueOf(unheard.getMessage()));
            }
        }
        return call.proceed();
    }

    private void afterStep() {
        money();
        exposure();
        refusal();
        if (world().last.effect().isPresent()) {
            canaries.written(world().last);
        }
    }

    /** Input that is refused while nothing stands that could cost or be called changes nothing any more. */
    private void refusal() {
        boolean isRefused = record().machine().isEmpty()
                && record().operations().isEmpty()
                && world().requests.equals(PowerRequests.NONE)
                && world().store.read().state().conditions().stream()
                        .anyMatch(
                                condition -> condition.type().equals("Stalled") && INPUT.contains(condition.reason()));
        int effects = world().effects.size();
        refusedAt = isRefused ? refusedAt.or(() -> Optional.of(effects)) : Optional.empty();
        if (refusedAt.filter(before -> effects > before).isPresent()) {
            throw new Violation(REFUSAL, "input is refused: " + world().effects.getLast());
        }
    }

    /** What is asleep on record is not charged. */
    private void money() {
        PlanState record = record();
        if (Planner.isAsleep(record.power()) && record.operations().isEmpty()) {
            List<Instance> charged = charged();
            if (!charged.isEmpty()) {
                throw new Violation(MONEY, "%s on record, but charged: %s".formatted(record.power(), charged));
            }
        }
    }

    private List<Instance> charged() {
        return world().cloud.instances().billable().stream()
                .filter(machine -> World.UID.equals(machine.labels().get("pllm-owner")))
                .toList();
    }

    private void exposure() {
        Instant now = world().clock.instant();
        if (!world().egress.equals(egress)) {
            egressBefore = egress.orElseGet(TreeSet::new);
            egress = world().egress;
            egressChangedAt = now;
        }
        List<FirewallRule> rules = world().cloud.firewalls().all().stream()
                .filter(rule -> rule.owner().isPresent())
                .toList();
        Set<String> seenFrom = egress.orElseGet(TreeSet::new).stream()
                .map(address -> address + "/32")
                .collect(Collectors.toCollection(TreeSet::new));
        if (now.isBefore(egressChangedAt.plus(ADDRESS_GOES_UNNOTICED))) {
            egressBefore.forEach(address -> seenFrom.add(address + "/32"));
        }
        for (FirewallRule rule : rules) {
            if (!seenFrom.containsAll(rule.sourceRanges())
                    || rule.sourceRanges().size() > 1) {
                throw new Violation(EXPOSURE, "we are seen from %s: %s".formatted(seenFrom, rule));
            }
        }
        boolean isExposed =
                !rules.isEmpty() && charged().isEmpty() && !record().power().isBillable();
        exposedSince = isExposed ? exposedSince.or(() -> Optional.of(now)) : Optional.empty();
        if (exposedSince
                .filter(since -> now.isAfter(since.plus(RULE_WITHOUT_MACHINE)))
                .isPresent()) {
            throw new Violation(EXPOSURE, "no machine since %s: %s".formatted(exposedSince.get(), rules));
        }
    }

    /** Ten more polls at rest find nothing to do. */
    void staysAsItIs(Strike strike) {
        int before = strike.mutations();
        for (int poll = 0; poll < POLLS_AT_REST; poll++) {
            world().poll();
        }
        if (strike.mutations() > before) {
            throw new Violation(
                    STABILITY,
                    "%d mutations at rest: %s"
                            .formatted(
                                    strike.mutations() - before,
                                    world().effects
                                            .subList(
                                                    Math.max(0, world().effects.size() - 5),
                                                    world().effects.size())));
        }
    }

    /** At rest: what stands now is what stands after an undisturbed run, and nothing was more than it may be. */
    void atTheEnd(Ending ending, Ending undisturbed, List<String> bystanders, Trial.Kind kind) {
        List<String> bystandersNow = Bystanders.of(world());
        if (!bystandersNow.equals(bystanders)) {
            throw new Violation(REFUSAL, "theirs: %s, was %s".formatted(bystandersNow, bystanders));
        }
        if (!world().cloud.instances().doubleBilled().isZero()) {
            throw new Violation(
                    MONEY, "two machines for " + world().cloud.instances().doubleBilled());
        }
        if (!charged().isEmpty()) {
            throw new Violation(MONEY, "charged at the end: " + charged());
        }
        if (kind.isOfOneLength()
                && ending.billed().compareTo(undisturbed.billed().plus(BLOW)) > 0) {
            throw new Violation(MONEY, "charged for %s, not %s".formatted(ending.billed(), undisturbed.billed()));
        }
        if (ending.machinesMade() > undisturbed.machinesMade()) {
            throw new Violation(COUNTS, ending.machinesMade() + " machines made");
        }
        int versions = world().cloud.secrets().mostAtOnce();
        if (versions > kind.versionsAtOnce()) {
            throw new Violation(COUNTS, versions + " versions at once");
        }
        long standing = world().cloud.secrets().standing(World.NAMES.secret());
        if (standing > 2) {
            throw new Violation(COUNTS, standing + " versions at the end");
        }
        canaries.search(world());
        if (kind.isOfOneLength() && !ending.facts().equals(undisturbed.facts())) {
            throw new Violation(
                    CONVERGENCE,
                    "\nends with      %s\nundisturbed is %s".formatted(ending.facts(), undisturbed.facts()));
        }
    }
}
