// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.controller.link.GuestWatch;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.FakeClock;
import dev.privatellm.machine.cloud.FakeCloud;
import dev.privatellm.machine.cloud.Prices;
import dev.privatellm.machine.cost.MemoryRunLedger;
import dev.privatellm.machine.link.EgressSource;
import dev.privatellm.machine.link.EgressUnknown;
import dev.privatellm.machine.link.FakeGuests;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.pki.CertificateAuthority;
import dev.privatellm.machine.pki.EpochIssuer;
import dev.privatellm.machine.pki.MemoryAuthorities;
import dev.privatellm.machine.pki.MemoryEpochStore;
import dev.privatellm.machine.plan.Download;
import dev.privatellm.machine.plan.Facts;
import dev.privatellm.machine.plan.MemoryStateStore;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.Plan;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.StateStore;
import dev.privatellm.machine.power.Demand;
import dev.privatellm.machine.power.MachineState;
import dev.privatellm.machine.power.PowerRequests;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** One resource in a world of fakes, moved by a clock: everything is real but the ports. */
final class World {
    static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
    static final String UID = "11111111-2222-3333-4444-555555555555";
    static final Names NAMES = Names.of(UID);
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    static final Release RELEASE = new Release(
            "#!/bin/bash",
            new Download("https://downloads.test/engine.tar.gz", "e".repeat(64)),
            Optional.of(new Artifact("a".repeat(64), Path.of("never-read"))));

    final FakeClock clock;
    final FakeCloud cloud;
    final FakeGuests guests;
    final MemoryStateStore<ResourceState> store;
    private final String holder;
    final MemoryEpochStore epochs = new MemoryEpochStore();
    final List<EffectLog.Entry> effects = new ArrayList<>();
    final MemoryRunLedger ledger = new MemoryRunLedger();
    final List<LinkDocument> links = new ArrayList<>();
    final List<String> served = new ArrayList<>();
    Instant servedAt = START;

    /** When a step last came to its end, which is what the guest's dead man's switch is fed by. */
    Instant steppedAt = START;

    /** More steps than these bring no end. */
    int maxSteps = 60_000;

    int newProcesses;
    int races;
    private boolean isRestartDue;
    Duration longestExposure = Duration.ZERO;
    private Optional<Instant> exposedSince = Optional.empty();
    Runnable aroundPublish = () -> {};
    private final Random random = new Random(7);
    private final Seams seams;
    final MemoryAuthorities authorities;
    private final EpochIssuer issuer;

    Release release = RELEASE;
    Prices prices = Prices.TABLE;
    PrivateLlm document = sample("");
    long generation = 1;
    Demand demand = Demand.NONE;
    PowerRequests requests = PowerRequests.NONE;
    /** How often our own addresses were asked for. */
    int egressLooks;

    /** Addresses that gateways report. */
    final SortedSet<String> reporters = new TreeSet<>();

    Optional<SortedSet<String>> egress = Optional.of(new TreeSet<>(List.of(FakeGuests.EGRESS)));
    Controller controller;
    StepResult last = new StepResult(START, Optional.empty(), null, false);

    /** Called after every step, one that died included. */
    Runnable afterStep = () -> {};

    World() {
        this(Seams.AS_SHIPPED);
    }

    World(Seams seams) {
        this(seams, new FakeCloud(new FakeClock(START)), "cluster-1", ResourceState.initial(START));
    }

    /** Another controller of the same resource in the same project. */
    World(FakeCloud cloud, String holder, ResourceState record) {
        this(Seams.AS_SHIPPED, cloud, holder, record);
    }

    World(Seams seams, FakeCloud cloud, String holder, ResourceState record) {
        this.clock = cloud.clock();
        this.cloud = cloud;
        this.guests = new FakeGuests(cloud);
        this.store = new MemoryStateStore<>(record);
        this.holder = holder;
        this.seams = seams;
        KeyRing keys = seams.keys();
        this.authorities = new MemoryAuthorities(
                keys.authority(), () -> CertificateAuthority.create(UID, keys.pairs(), clock, new SecureRandom()));
        this.issuer = new EpochIssuer(authorities, keys.pairs(), clock, new SecureRandom());
        this.controller = newController();
    }

    /**
     * Where a world may differ from the one that ships.
     *
     * @param wiring what stands between the controller and its ports, made anew for every process
     * @param planner what decides
     */
    record Seams(UnaryOperator<Ports> wiring, BiFunction<Facts, Instant, Plan> planner, KeyRing keys) {
        static final Seams AS_SHIPPED = new Seams(UnaryOperator.identity(), Planner::decide, KeyRing.EC);
    }

    /** The usual document, with further lines under {@code power:}. */
    static PrivateLlm sample(String power) {
        return sample(power, "llama3.2:3b", "us-central1-a, us-central1-b, us-central1-c");
    }

    /** The usual document for another model, or with other zones. */
    static PrivateLlm sample(String power, String model, String zones) {
        return sample(power, model, zones, "machineTypes: [g2-standard-8]");
    }

    /** The same with other lines under {@code placement:}, machine types among them. */
    static PrivateLlm sample(String power, String model, String zones, String placement) {
        return sample(power, model, zones, placement, "", "");
    }

    /** The same with lines under {@code network:}. */
    static PrivateLlm sample(String power, String model, String zones, String placement, String network) {
        return sample(power, model, zones, placement, network, "");
    }

    /** The same with lines under {@code spec:}. */
    static PrivateLlm sample(String power, String model, String zones, String placement, String network, String more) {
        return DocumentReader.read(text(power, model, zones, placement)
                + (network.isEmpty() ? "" : "  network: {%s}\n".formatted(network))
                + (more.isEmpty() ? "" : "  %s\n".formatted(more)));
    }

    private static String text(String power, String model, String zones, String placement) {
        return """
                apiVersion: privatellm.dev/v1alpha1
                kind: PrivateLlm
                metadata:
                  name: llama
                spec:
                  provider:
                    gcp:
                      projectId: example-project
                  placement:
                    zones: [%s]
                %s
                  model:
                    name: %s
                  power:
                    firstBoot: OnDemand
                    idleTimeoutSeconds: 60
                %s
                  security:
                    keyAlgorithm: ECDSA_P256
                """.formatted(zones, placement.indent(4).stripTrailing(), model, power.indent(4));
    }

    /** The usual document for a machine without an external address, called from here. */
    static PrivateLlm within(String source) {
        return DocumentReader.read(text("", "llama3.2:3b", "us-central1-a", "machineTypes: [g2-standard-8]")
                + "  network: {address: Internal, sourceRanges: [%s]}\n".formatted(source));
    }

    /** A process begins: nothing is remembered but the record and the epochs on disk. */
    void restart() {
        newProcesses++;
        controller = newController();
    }

    /** The process ends with the step that it takes now, whatever comes of that. */
    void restartsAfterThisStep() {
        isRestartDue = true;
    }

    /** Another process takes over for so many steps, while this one stands still in the middle of its own. */
    void overtake(int steps) {
        Controller rival = newController();
        for (int step = 0; step < steps; step++) {
            StepResult result = rival.step(new Resource(document, UID, "cluster-1", 1, generation), requests);
            Instant soon = clock.instant().plusMillis(500);
            if (result.nextRun().isAfter(clock.instant())) {
                clock.advanceTo(result.nextRun().isBefore(soon) ? result.nextRun() : soon);
            }
        }
    }

    private Controller newController() {
        Ports ports = new Ports(
                store,
                cloud.instances(),
                cloud.firewalls(),
                cloud.secrets(),
                cloud.networks(),
                cloud.identities(),
                cloud.keys(),
                cloud.project(),
                cloud.models(),
                cloud.artifacts(),
                cloud.apis(),
                issuer,
                epochs,
                guests,
                new DirectObserver(),
                egressSource(),
                () -> new DemandSource.Reading(demand, new TreeSet<>(reporters)),
                this::published,
                effects::add,
                ledger,
                release,
                () -> prices);
        return new Controller(
                seams.wiring().apply(ports),
                clock,
                () -> new UUID(random.nextLong(), random.nextLong()),
                seams.planner());
    }

    private EgressSource egressSource() {
        return () -> {
            egressLooks++;
            return egress.orElseThrow(() -> new EgressUnknown("providers disagree"));
        };
    }

    private void published(LinkDocument link) {
        aroundPublish.run();
        links.add(link);
        if (link.accepts() == LinkDocument.Accepts.FORWARD && demand.held() > 0) {
            served.add(link.endpoint().orElseThrow());
            servedAt = clock.instant();
            demand = new Demand(0, 0, Optional.of(clock.instant()));
        }
        aroundPublish.run();
    }

    private final class DirectObserver implements GuestObserver {
        private Optional<GuestAddress> following = Optional.empty();
        private Optional<GuestHealth> heard = Optional.empty();
        private Instant heardAt = START;
        private Instant beatenAt = Instant.MIN;

        @Override
        public void follow(GuestAddress guest) {
            following = Optional.of(guest);
        }

        @Override
        public void forget() {
            following = Optional.empty();
            heard = Optional.empty();
        }

        @Override
        public void stepped() {
            steppedAt = clock.instant();
            following
                    .filter(_ -> !clock.instant().isBefore(beatenAt.plus(HEARTBEAT)))
                    .ifPresent(this::beat);
        }

        private void beat(GuestAddress guest) {
            try {
                guests.heartbeat(guest, holder, 1);
                beatenAt = clock.instant();
            } catch (GuestFailure unheard) {
                // The next step tries again.
                beatenAt = Instant.MIN;
            }
        }

        @Override
        public Optional<GuestWatch.Sighting> sighting() {
            return following.map(guest -> {
                try {
                    GuestHealth now = guests.health(guest, -1, Duration.ZERO);
                    boolean isNews = heard.filter(before -> before.state() == now.state()
                                    && before.percent().equals(now.percent()))
                            .isEmpty();
                    heardAt = isNews ? clock.instant() : heardAt;
                    heard = Optional.of(now);
                    return new GuestWatch.Sighting(guest, heard, Optional.empty(), heardAt);
                } catch (GuestFailure failure) {
                    return new GuestWatch.Sighting(guest, heard, Optional.of(failure), clock.instant());
                }
            });
        }
    }

    StepResult step() {
        last = controller.step(new Resource(document, UID, "cluster-1", 1, generation, holder), requests);
        return last;
    }

    /** Steps and lets time pass, a second at most at a time, as a guest would make itself heard. */
    void until(BooleanSupplier condition) {
        until(condition, Duration.ofMillis(500));
    }

    private void until(BooleanSupplier condition, Duration stride) {
        for (int step = 0; step < maxSteps; step++) {
            if (condition.getAsBoolean()) {
                return;
            }
            stepOrDie();
            Instant next = last.nextRun();
            if (next.isAfter(clock.instant())) {
                Instant soon = clock.instant().plus(stride);
                clock.advanceTo(next.isBefore(soon) ? next : soon);
            }
        }
        throw new AssertionError("not within %d steps; %s, effects %s".formatted(maxSteps, power(), effects));
    }

    /** Steps once, when that is due. */
    void poll() {
        if (last.nextRun().isAfter(clock.instant())) {
            clock.advanceTo(last.nextRun());
        }
        stepOrDie();
    }

    private void stepOrDie() {
        try {
            step();
        } catch (Crash crash) {
            restart();
            last = new StepResult(clock.instant(), Optional.empty(), null, false);
        } catch (StateStore.StaleState raced) {
            races++;
            last = new StepResult(clock.instant(), Optional.empty(), null, false);
        }
        boolean isExposed = !cloud.firewalls().all().isEmpty()
                && cloud.instances().billable().isEmpty()
                && !power().isBillable();
        exposedSince = isExposed ? exposedSince.or(() -> Optional.of(clock.instant())) : Optional.empty();
        exposedSince.ifPresent(since -> {
            Duration exposed = Duration.between(since, clock.instant());
            longestExposure = exposed.compareTo(longestExposure) > 0 ? exposed : longestExposure;
        });
        afterStep.run();
        if (isRestartDue) {
            isRestartDue = false;
            restart();
        }
    }

    /** The process dies here: nothing in it may catch this and go on. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Lets this time pass. */
    void passes(Duration time) {
        Instant end = clock.instant().plus(time);
        Duration stride = time.dividedBy(2_000);
        until(
                () -> !clock.instant().isBefore(end),
                stride.compareTo(Duration.ofMillis(500)) < 0 ? Duration.ofMillis(500) : stride);
    }

    void request() {
        demand = new Demand(1, 0, Optional.of(clock.instant()));
    }

    void wake() {
        request();
        until(() -> power() instanceof MachineState.Serving && last.effect().isEmpty());
    }

    void sleep() {
        until(() -> last.isAtRest(), Duration.ofSeconds(2));
    }

    MachineState power() {
        return store.read().state().plan().power();
    }

    List<String> effectKinds() {
        return effects.stream().map(entry -> entry.kind().name()).toList();
    }

    Optional<String> condition(String type) {
        return last.status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status() + "/" + condition.reason())
                .findFirst();
    }
}
