// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Policies;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.link.AgreeingEgress;
import dev.privatellm.controller.link.GuestWatch;
import dev.privatellm.controller.link.OllamaRegistry;
import dev.privatellm.controller.link.PinnedGuestLink;
import dev.privatellm.controller.step.Controller;
import dev.privatellm.controller.step.GuestObserver;
import dev.privatellm.controller.step.Ports;
import dev.privatellm.controller.step.StepResult;
import dev.privatellm.gateway.AddressUnavailable;
import dev.privatellm.gateway.Gateway;
import dev.privatellm.gateway.GatewayConfig;
import dev.privatellm.gateway.GatewayPorts;
import dev.privatellm.gateway.SystemTimepiece;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Slots;
import dev.privatellm.gateway.port.UsageLedger;
import dev.privatellm.machine.link.GuestFailure;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.SpareKeyPairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running workstation: gateway, controller and control socket of one resource in this process. Its methods may be called from any thread and return at
 * once, unless they say that they wait.
 */
public final class Workstation implements AutoCloseable {
    /** On top of the drain: for the cloud to take the machine's power and the rule away. After that the machine's own dead man's switch covers the rest. */
    public static final Duration STOP_MARGIN = Duration.ofSeconds(60);

    /** Longest wait of a wish by hand for the step that hears it; a step takes one call to the cloud at most. */
    private static final Duration HEARD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Workstation.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ServedDocument served;
    private final String host;
    private final Clock clock;
    private final Resources resources;
    private final ProgressBoard board;
    private final ControlLoop loop;
    private final LocalDemand demand;
    private final SpareKeyPairs keys;
    private final EffectJournal effects;
    private final JournalLedger ledger;
    private final Gateway gateway;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final Instant startedAt;

    /**
     * Opens the state folder, starts the control loop, listens.
     *
     * @throws WorkstationFailure if the folder cannot be used, is in use or belongs to another cloud, or if the address is taken; nothing is left running
     */
    public static Workstation start(WorkstationOptions options) {
        return start(options, UnaryOperator.identity());
    }

    /**
     * The same with another look at the usage.
     *
     * @param around given the ledger of the state folder, returns the one that the gateway appends to
     */
    public static Workstation start(WorkstationOptions options, UnaryOperator<UsageLedger> around) {
        Resources resources = new Resources();
        try {
            return new Workstation(options, around, Clock.systemUTC(), resources);
        } catch (IOException e) {
            resources.close();
            throw unwritable(options, e);
        } catch (UncheckedIOException e) {
            resources.close();
            throw unwritable(options, Objects.requireNonNull(e.getCause()));
        } catch (AddressUnavailable e) {
            resources.close();
            throw new WorkstationFailure(Reason.PORT_TAKEN, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    private static WorkstationFailure unwritable(WorkstationOptions options, IOException cause) {
        return new WorkstationFailure(
                Reason.STATE_UNWRITABLE,
                "the state folder %s cannot be used: %s".formatted(options.stateFolder(), cause.getMessage()),
                cause);
    }

    private Workstation(WorkstationOptions options, UnaryOperator<UsageLedger> around, Clock clock, Resources resources)
            throws IOException {
        PrivateLlm document = options.document();
        this.host = options.host();
        this.clock = clock;
        this.resources = resources;
        this.startedAt = clock.instant();
        this.board = new ProgressBoard(clock);
        SecureRandom random = new SecureRandom();
        Bell bell = new Bell();
        StateFolder folder = resources.add(
                options.isDemo() ? DemoFolder.open(options.stateFolder()) : StateFolder.open(options.stateFolder()));
        InstallationIdentity identity = InstallationIdentity.establish(
                folder.identity(),
                InstallationIdentity.random(
                        options.rehearsalEndpoint().map(Object::toString).orElse("google"),
                        document.spec().provider().gcp().projectId(),
                        options.isDemo()),
                () -> NewInstallation.requireNoMachine(document, options.cloud().instances()));
        this.keys = resources.add(new SpareKeyPairs(algorithm(document), random));
        ResourceFiles files = ResourceFiles.open(folder, identity, document, keys, clock, random);
        this.served = files.served();
        resources.add(files.state());

        PinnedGuestLink guests = resources.add(new PinnedGuestLink(files.epochs(), clock));
        GuestWatch watch = resources.add(new GuestWatch(guests, identity.cluster(), 1, clock, bell::ring));
        AgreeingEgress egress = resources.add(new AgreeingEgress(
                options.egressProviders(), options.rehearsalEndpoint().isPresent(), System::nanoTime));
        // A rehearsal asks its own registry: it has to work without a network, and with models that nobody published.
        OllamaRegistry registry = resources.add(new OllamaRegistry(
                options.rehearsalEndpoint().orElse(OllamaRegistry.USUAL),
                System::nanoTime,
                options.cloud().web().get()));
        this.effects = resources.add(new EffectJournal(folder.effects(), options.pauseAfterEffect(), watch::forget));
        RouteId route =
                new RouteId(document.metadata().namespace(), document.metadata().name());
        SystemTimepiece time = resources.add(new SystemTimepiece());
        this.demand = new LocalDemand(route, time, bell::ring);
        LocalLink link = new LocalLink(files.epochs(), files.link(), System::nanoTime);
        link.publish(FirstLink.of(document, served.resource().uid()));
        PriceRefresh prices =
                resources.add(new PriceRefresh(folder.root(), options.cloud().prices(), this::isPaused, clock));
        Controller controller = new Controller(
                new Ports(
                        files.state(),
                        options.cloud().instances(),
                        options.cloud().firewalls(),
                        options.cloud().secrets(),
                        options.cloud().networks(),
                        options.cloud().identities(),
                        options.cloud().keys(),
                        options.cloud().project(),
                        registry,
                        options.cloud().artifacts(),
                        options.cloud().apis(),
                        files.issuer(),
                        files.epochs(),
                        guests,
                        GuestObserver.of(watch),
                        () -> addresses(egress, watch),
                        demand,
                        link,
                        effects,
                        resources.add(new FileRunLedger(folder.runs())),
                        options.release(),
                        prices::current),
                clock,
                UUID::randomUUID);
        this.loop = resources.add(new ControlLoop(
                requests -> controller.step(served.resource(), requests), options.wish(), bell, clock, this::stepped));
        this.ledger = resources.add(new JournalLedger(folder.ledger()));
        this.gateway = resources.add(Gateway.start(
                new GatewayConfig(options.host(), options.port(), Set.of(), true, options.version(), Limits.ordinary()),
                new GatewayPorts(link, demand, List::of, around.apply(ledger), Slots.all(), time)));
        resources.add(
                new ControlServer(StatePlaces.ofThisProcess().socketToListenOn(options.stateFolder()), new Answers()));
        loop.start();
        if (!options.isDemo()) {
            // Whose folder is thrown away leaves no record by which anything could be judged.
            FolderRecords records = FolderRecords.served(folder.root(), identity);
            prices.start();
            resources
                    .add(new OrphanSweep(
                            options.cloud().inventory(),
                            options.cloud().instances(),
                            records::read,
                            served.resource().holder(),
                            this::isKept,
                            clock))
                    .start();
        }
    }

    /** Keys for the next wake are made when this one is over and there is nothing else to be done. */
    private void stepped(StepResult result) {
        board.accept(result);
        if (result.effect().isEmpty() && result.status().boot().isEmpty()) {
            keys.replenish();
        }
    }

    /** The TCP port that the gateway listens on. */
    public int port() {
        return gateway.port();
    }

    /** How everything stands now. */
    public WorkstationStatus status() {
        return new WorkstationStatus(
                WorkstationStatus.SCHEMA,
                served.resource().document().metadata().toString(),
                "http://%s:%d".formatted(host, gateway.port()),
                loop.latest().map(StepResult::status),
                gateway.status());
    }

    /** Tells the present progress and then every change, one after another; the listener returns at once. */
    public Subscription watch(Consumer<Progress> listener) {
        return board.watch(listener);
    }

    /** Wakes the machine as a request would; forgives failures and stock-outs. */
    public void wake() {
        loop.wakeMachine(Optional.empty(), Optional.empty());
    }

    /** Why no wish by hand wakes the machine, if that is so. Only a step that {@linkplain #awaitHeard knows of the wish} can say. */
    public Optional<WorkstationFailure> refusal() {
        return loop.latest()
                .map(StepResult::status)
                .flatMap(status -> status.refusal().map(reason -> new WorkstationFailure(reason, status.message())));
    }

    /** Waits for a step that knows of the last wish, but not for ever; returns whether there was one. What is told from then on speaks of that wish. */
    public boolean awaitHeard() {
        try {
            return loop.await(_ -> true, HEARD);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Puts the machine to sleep as soon as nothing is in flight. */
    public void sleep() {
        loop.sleepMachine();
    }

    /** Whether the keys for a wake lie ready, so that none waits for one. */
    public boolean hasSpareKeys() {
        return keys.ready() == SpareKeyPairs.PAIRS_PER_EPOCH;
    }

    /** Removes machine, disk and all that was made for them, as soon as nothing is in flight; nothing wakes until {@link #wake}. */
    public void remove() {
        loop.remove(false);
    }

    /** Waits until somebody asks through the control socket that this process ends. */
    public void awaitStopRequest() throws InterruptedException {
        stopRequested.await();
    }

    /**
     * Puts the machine to sleep and ends: no new wake, streams in flight are drained, power and firewall rule taken away. Waits, at most for the document's
     * drain time and {@link #STOP_MARGIN}; what the cloud has not confirmed by then is left to its own limits and to the next start.
     *
     * @return whether the machine is known to sleep with its firewall closed
     */
    public boolean stop() {
        boolean asleep = false;
        Duration drainTime =
                Duration.ofSeconds(served.resource().document().spec().power().drainTimeoutSeconds());
        long end = System.nanoTime() + drainTime.plus(STOP_MARGIN).toNanos();
        boolean wasAtRest = loop.latest().filter(StepResult::isAtRest).isPresent();
        try {
            loop.lockDown();
            gateway.drain(drainTime);
            // What is kept as it is does not go to sleep, however long anybody waits.
            asleep = isKept() ? wasAtRest : loop.await(StepResult::isAtRest, Duration.ofNanos(end - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!asleep) {
            LOG.warn("ending before the machine is known to sleep; its dead man's switch stops it");
        }
        resources.close();
        return asleep;
    }

    private boolean isKept() {
        return isPaused() || isObserved();
    }

    private boolean isPaused() {
        return served.resource().document().annotations().isPaused();
    }

    private boolean isObserved() {
        return served.resource().document().spec().policies().management() == Policies.Management.OBSERVE;
    }

    /** Ends at once and leaves the machine as it is, for the next start to find. */
    @Override
    public void close() {
        resources.close();
    }

    /** While the machine does not answer, our address may have become another one: what was heard before is not trusted then. */
    private static SortedSet<String> addresses(AgreeingEgress egress, GuestWatch watch) {
        boolean isSilent = watch.sighting()
                .flatMap(GuestWatch.Sighting::failure)
                .filter(GuestFailure.Unreachable.class::isInstance)
                .isPresent();
        if (isSilent) {
            egress.forget();
        }
        return egress.addresses();
    }

    private static KeyAlgorithm algorithm(PrivateLlm document) {
        return switch (document.spec().security().keyAlgorithm()) {
            case RSA_4096 -> KeyAlgorithm.RSA_4096;
            case ECDSA_P256 -> KeyAlgorithm.ECDSA_P256;
            case ECDSA_P384 -> KeyAlgorithm.ECDSA_P384;
        };
    }

    /** What other processes may ask. */
    private final class Answers implements ControlServer.Answers {
        @Override
        public JsonNode answer(ControlLine.Method method, JsonNode params) {
            return switch (method) {
                case STATUS, WATCH -> status().toJson();
                case CHANGE -> {
                    served.change(params.path(ControlLine.DOCUMENT).asString(""));
                    loop.stepNow();
                    yield accepted();
                }
                case WAKE, UP -> {
                    JsonNode override = params.path(ControlLine.OVERRIDE_BUDGET);
                    loop.wakeMachine(
                            override.isIntegralNumber()
                                    ? Optional.of(clock.instant().plusSeconds(override.longValue()))
                                    : Optional.empty(),
                            Optional.of(params.path(ControlLine.CONFIRM).asString(""))
                                    .filter(name -> !name.isEmpty()));
                    boolean isHeard = awaitHeard();
                    refusal().ifPresent(refused -> {
                        throw refused;
                    });
                    yield JSON.valueToTree(Map.of("accepted", true, ControlLine.HEARD, isHeard));
                }
                case DOWN -> {
                    if (isObserved()) {
                        throw new WorkstationFailure(
                                Reason.INVALID_SPEC,
                                "spec.managementPolicy: Observe (expected: Full, for anything to be taken down)");
                    }
                    if (params.path(ControlLine.KEEP_DATA).booleanValue(false)) {
                        loop.retain();
                    } else {
                        loop.remove(params.path(ControlLine.DELETE_KMS).booleanValue(false));
                    }
                    yield acceptedOnceHeard();
                }
                case ROTATE -> {
                    if (params.path(ControlLine.AUTHORITY).booleanValue(false)) {
                        loop.changeAuthority(
                                params.path(ControlLine.COMPROMISED).booleanValue(false));
                    } else {
                        loop.rotate();
                    }
                    yield acceptedOnceHeard();
                }
                case SLEEP -> {
                    sleep();
                    yield acceptedOnceHeard();
                }
                case STOP -> {
                    stopRequested.countDown();
                    yield accepted();
                }
                case STATS ->
                    JSON.valueToTree(Map.of(
                            "uptimeSeconds",
                                    Duration.between(startedAt, clock.instant()).toSeconds(),
                            "effects", effects.lines(),
                            "usageRows", ledger.rows(),
                            "usageRowsDropped", ledger.dropped(),
                            "spareKeys", keys.ready()));
            };
        }

        @Override
        public Subscription watch(Consumer<JsonNode> listener) {
            return Workstation.this.watch(progress -> listener.accept(JSON.valueToTree(progress)));
        }

        /** Answers after a step that knew the wish, so that whoever asks next is not told how things stood before it. */
        private JsonNode acceptedOnceHeard() {
            awaitHeard();
            return accepted();
        }

        private static JsonNode accepted() {
            return JSON.valueToTree(Map.of("accepted", true));
        }
    }
}
