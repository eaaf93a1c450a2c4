// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.controller.link.GuestWatch;
import dev.privatellm.controller.link.LinkDocument;
import dev.privatellm.controller.link.LinkFiles;
import dev.privatellm.controller.link.PinnedGuestLink;
import dev.privatellm.gateway.Gateway;
import dev.privatellm.gateway.GatewayConfig;
import dev.privatellm.gateway.GatewayPorts;
import dev.privatellm.gateway.SystemTimepiece;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteSource;
import dev.privatellm.gateway.port.Slots;
import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.upstream.LinkReader;
import dev.privatellm.gateway.upstream.UnreadableLink;
import dev.privatellm.guest.LocalGuest;
import dev.privatellm.guest.TestCloud;
import dev.privatellm.lab.engine.EngineDouble;
import dev.privatellm.lab.engine.EngineOptions;
import dev.privatellm.lab.engine.ModelStore;
import dev.privatellm.machine.cloud.FakeClock;
import dev.privatellm.machine.cloud.FakeCloud;
import dev.privatellm.machine.cloud.Instance;
import dev.privatellm.machine.cloud.InstanceStatus;
import dev.privatellm.machine.link.GuestAddress;
import dev.privatellm.machine.link.GuestHealth;
import dev.privatellm.machine.link.GuestLink;
import dev.privatellm.machine.pki.EpochStore;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Planner;
import dev.privatellm.machine.plan.Trust;
import dev.privatellm.machine.power.Demand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Controller, machine and gateway as they ship, with real sockets and real TLS between them and nothing but the cloud in memory. The controller's clock, which the gateway judges
 * certificates by as well, moves as a test says; the machine's is as far from it as a test says. What a cloud does for the machine (its metadata, its bundle, its
 * address) is carried over after every step.
 */
final class LongLeg implements AutoCloseable {
    /** No real wait between two steps is longer, so that virtual time goes on. */
    private static final long STRIDE_MILLIS = 4;

    /** Virtual time goes on by no more than this at once while something is waited for. */
    private static final Duration STRIDE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REQUEST = "pllm/csr";

    final World world;
    final Gateway gateway;
    final EngineDouble engine;
    private final Path folder;
    private final FakeClock clock = new FakeClock(World.START);
    private final TestCloud metadata = new TestCloud();
    private final SystemTimepiece alarms = new SystemTimepiece();
    private final Semaphore bell = new Semaphore(0);
    private final List<Runnable> readers = new CopyOnWriteArrayList<>();
    private volatile List<Link> links = List.of();
    private volatile Semaphore reading = new Semaphore(0);
    private volatile Demand demand = Demand.NONE;
    private volatile Duration skew = Duration.ZERO;
    private volatile @Nullable LocalGuest guest;
    private Runnable endProcess = () -> {};

    /** @param folder where the machine may write */
    LongLeg(PrivateLlm document, Path folder) throws IOException {
        this.folder = folder;
        engine =
                EngineDouble.start(EngineOptions.defaults(ModelStore.inMemory()).withTokensPerSecond(50));
        FakeCloud cloud = new FakeCloud(clock);
        world = new World(
                new World.Seams(this::wired, Planner::decide, KeyRing.EC),
                cloud,
                "cluster-1",
                ResourceState.initial(World.START));
        world.document = document;
        cloud.instances()
                .guestsWrite((_, path) -> path.equals(REQUEST) ? metadata.guestAttribute(REQUEST) : Optional.empty());
        gateway = Gateway.start(
                GatewayConfig.onLoopback(0, "test"),
                new GatewayPorts(
                        new Routes(), (_, news) -> heard(news), List::of, _ -> {}, Slots.all(), new DatedTimepiece()));
    }

    private final class Routes implements RouteSource {
        @Override
        public List<Link> links() {
            reading.release();
            return links;
        }

        @Override
        public Subscription subscribe(Runnable listener) {
            readers.add(listener);
            return () -> readers.remove(listener);
        }
    }

    private final class DatedTimepiece implements Timepiece {
        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Alarm after(Duration delay, Runnable action) {
            return alarms.after(delay, action);
        }
    }

    /** What a process of the controller has of its own. */
    private Ports wired(Ports ports) {
        PinnedGuestLink pinned = new PinnedGuestLink(ports.epochs(), clock);
        GuestLink calls = new Translated(pinned);
        GuestWatch watch = new GuestWatch(calls, "cluster-1", 1, clock, bell::release);
        endProcess = () -> {
            watch.close();
            pinned.close();
        };
        return new Ports(
                ports.state(),
                ports.instances(),
                ports.firewalls(),
                ports.secrets(),
                ports.networks(),
                ports.identities(),
                ports.keys(),
                ports.project(),
                ports.models(),
                ports.artifacts(),
                ports.apis(),
                ports.issuer(),
                ports.epochs(),
                calls,
                GuestObserver.of(watch),
                ports.egress(),
                () -> new DemandSource.Reading(demand, new TreeSet<>()),
                link -> publish(link, ports.epochs()),
                ports.effects(),
                ports.ledger(),
                ports.release(),
                ports.prices());
    }

    /** The machine's address as the cloud tells it is nowhere here: calls to it go to the guest. */
    private final class Translated implements GuestLink {
        private final GuestLink calls;

        Translated(GuestLink calls) {
            this.calls = calls;
        }

        private GuestAddress real(GuestAddress address) {
            return new GuestAddress(
                    "127.0.0.1", port(), address.serverName(), address.pin(), address.nextPin(), address.generation());
        }

        @Override
        public GuestHealth health(GuestAddress address, long afterSeq, Duration wait) {
            return calls.health(real(address), afterSeq, wait);
        }

        @Override
        public void heartbeat(GuestAddress address, String holder, long epoch) {
            calls.heartbeat(real(address), holder, epoch);
        }

        @Override
        public int drain(GuestAddress address, boolean on) {
            return calls.drain(real(address), on);
        }

        @Override
        public void loadBundle(GuestAddress address, String secretVersion, long generation) {
            calls.loadBundle(real(address), secretVersion, generation);
        }
    }

    /** A port that nobody listens on, until the guest does. */
    private int port() {
        LocalGuest running = guest;
        return running == null
                ? 1
                : running.listening().map(InetSocketAddress::getPort).orElse(1);
    }

    private void heard(dev.privatellm.gateway.port.Demand news) {
        demand = new Demand(news.held(), news.inFlight(), Optional.of(clock.instant()));
        bell.release();
    }

    /** The way of a link on a workstation: through its documents, which the gateway reads. */
    private void publish(LinkDocument link, EpochStore epochs) {
        Map<String, byte[]> files =
                LinkFiles.of(link, link.generation() == 0 ? Optional.empty() : epochs.find(link.generation()), true);
        String text = new String(files.get(LinkFiles.LINK), StandardCharsets.UTF_8)
                .replaceFirst("https://[0-9.]+:8080", "https://127.0.0.1:" + port());
        files.put(LinkFiles.LINK, text.getBytes(StandardCharsets.UTF_8));
        try {
            links = List.of(LinkReader.read(files));
        } catch (UnreadableLink e) {
            throw new IllegalStateException("the gateway does not understand our link", e);
        }
        awaitRead();
    }

    /** Seconds are over in milliseconds here, and gateways have seconds to read a link: the second reading begins when the first is over. */
    private void awaitRead() {
        Semaphore read = new Semaphore(0);
        reading = read;
        for (int time = 0; time < 2 && !readers.isEmpty(); time++) {
            readers.forEach(Runnable::run);
            try {
                if (!read.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("the gateway does not read its links");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether the gateway may be asked. */
    boolean isModelKnown() {
        return !gateway.status().routes().isEmpty();
    }

    /** The machine's clock is so far ahead of ours from now on, or behind. */
    void skew(Duration ahead) {
        skew = ahead;
    }

    /** The process of the controller ends, and another one begins. */
    void restart() {
        endProcess.run();
        world.restart();
    }

    /** Steps until this is so, a moment of real time at each wait of the controller's. */
    void until(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            step();
            if (world.last.nextRun().isAfter(clock.instant())) {
                rest();
                Instant soon = clock.instant().plus(STRIDE);
                clock.advanceTo(world.last.nextRun().isBefore(soon) ? world.last.nextRun() : soon);
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not within %s; %s, %s\n%s".formatted(PATIENCE, world.power(), world.last.status(), console()));
            }
        }
    }

    /** Lets so much time pass at once, and has everything done that is due then. */
    void jump(Duration time) {
        clock.advance(time);
        do {
            step();
        } while (world.last.effect().isPresent());
    }

    private void step() {
        world.step();
        if (guest != null && world.last.effect().isEmpty()) {
            return;
        }
        world.cloud.instances().all().stream()
                .filter(machine -> machine.status() == InstanceStatus.RUNNING)
                .findFirst()
                .ifPresent(this::carryOver);
    }

    private void carryOver(Instance machine) {
        Trust trust = world.store.read().state().plan().trust();
        Map<String, byte[]> standing = new HashMap<>();
        Stream.of(trust.inUse(), trust.prepared())
                .flatMap(Optional::stream)
                .map(Certificates::secretVersion)
                .flatMap(Optional::stream)
                .forEach(version ->
                        world.cloud.secrets().content(version).ifPresent(bundle -> standing.put(version, bundle)));
        metadata.secrets(standing);
        metadata.set("id", machine.cloudId());
        metadata.set("attributes/pllm-config", String.valueOf(machine.metadata().get("pllm-config")));
        if (guest == null) {
            guest = new LocalGuest(
                    metadata,
                    engine.url().toString(),
                    folder,
                    () -> clock.instant().plus(skew));
        }
    }

    private void rest() {
        try {
            if (bell.tryAcquire(STRIDE_MILLIS, TimeUnit.MILLISECONDS)) {
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the machine has said. */
    String console() {
        LocalGuest running = guest;
        return running == null ? "" : running.console();
    }

    @Override
    public void close() {
        gateway.close();
        endProcess.run();
        LocalGuest running = guest;
        if (running != null) {
            running.close();
        }
        alarms.close();
        metadata.close();
        engine.close();
    }
}
