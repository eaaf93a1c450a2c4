// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.FrontHandler.FrontParts;
import dev.privatellm.guest.GuestStatus.Snapshot;
import dev.privatellm.relay.Http1Upstream;
import dev.privatellm.relay.PoolLimits;
import dev.privatellm.relay.Transport;
import dev.privatellm.relay.UpstreamAddress;
import dev.privatellm.relay.UpstreamDeadlines;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The machine's software put together: reads its configuration, then does four things side by side, since each takes seconds: make a key and ask for its certificate, fetch the identity
 * and listen, make the model present and loaded, watch for changes.
 */
final class Guest {
    /** How long running streams may take to end when this program is told to end. */
    static final Duration LAST_STREAMS = Duration.ofSeconds(5);

    private static final int MOST_LOOPS = 4;
    private static final URI USUAL_ENGINE = URI.create("http://127.0.0.1:11434");
    private static final Metadata.Value NOT_PREEMPTED = new Metadata.Value("FALSE", "0");
    private static final Duration LAST_STREAMS_LOOK = Duration.ofMillis(20);
    /** Metadata and engine let us wait for minutes, and mean it. */
    private static final UpstreamDeadlines CALLS = UpstreamDeadlines.DEFAULT;

    private static final Duration SWITCH_PERIOD = Duration.ofSeconds(1);

    private final GuestEnvironment environment;
    private final Time time;
    private final Journal journal;
    private final String bootId;
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops;
    private final EventLoop callLoop;
    private final GuestStatus status = new GuestStatus();
    private final OpenStreams streams;
    private final DeadManSwitch deadMan;
    private final DeadManRecord deadManRecord;
    private final PowerOff powerOff;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Runnable> resources = new ArrayList<>();
    private volatile @Nullable FrontIdentity identity;
    private volatile @Nullable InetSocketAddress listening;
    private volatile @Nullable Front front;

    Guest(GuestEnvironment environment, Time time, Journal journal, String bootId, Boot boot) {
        this.environment = environment;
        this.time = time;
        this.journal = journal;
        this.bootId = bootId;
        this.loops = transport.newLoops(
                Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().name("loop-", 0).factory());
        this.callLoop = loops.next();
        this.streams = new OpenStreams(time);
        this.deadManRecord = new DeadManRecord(environment.deadMan(), time, journal);
        this.deadMan = new DeadManSwitch(time, boot, deadManRecord.read(boot.uptime(time.nanos())));
        this.powerOff = new PowerOff(environment.powerOffFile(), journal);
        streams.onNone(() -> {
            if (status.current().draining()) {
                status.touch();
            }
        });
    }

    /** Reads the configuration, however long that takes, and starts everything. */
    void start() throws IOException, InterruptedException {
        thread("tls", OpenSsl::isAvailable);
        watchSwitch();
        InstallWatch install =
                new InstallWatch(environment.installSteps(), environment.converged(), status, time, journal);
        thread("install", install);
        Metadata metadata = new Metadata(caller(environment.metadata()));
        Configured configured = Configured.await(metadata, time, journal);
        GuestConfig config = configured.config();
        OwnKeys keys = new OwnKeys();
        Requester requester = new Requester(metadata, keys, bootId, config.asking(), time, journal);
        thread("key", requester);
        configure(config);

        URI engineUrl = environment.engine().or(config::engineUrl).orElse(USUAL_ENGINE);
        EngineClient engine = new EngineClient(caller(engineUrl));
        OwnModels own = new OwnModels(pulledRecord(), engine, streams, journal);
        ModelKeeper models =
                new ModelKeeper(engine, own, config.model(), status, deadMan, time, ModelKeeper.CHECK, journal);
        thread("models", () -> keepModels(models, install, config.configHash()));

        InetSocketAddress address = environment.bind().orElse(new InetSocketAddress(config.port()));
        SecretVersions secrets = new SecretVersions(caller(environment.secrets()), metadata, keys, time, journal);
        IdentityKeeper identities = new IdentityKeeper(
                secrets, config.secretVersion(), status, time::now, next -> activate(next, address), journal);
        front = front(metadata.instanceId(), engineUrl, identities);
        thread("identity", identities);

        thread(
                "config",
                new Watch(
                        metadata::configAfter,
                        configured.value(),
                        time,
                        text -> follow(text, models, requester, identities)));
        thread("preemption", new Watch(metadata::preemptedAfter, NOT_PREEMPTED, time, this::preempted));
    }

    private Front front(String instanceId, URI engineUrl, IdentityKeeper identities) {
        Http1Upstream engine = new Http1Upstream(
                UpstreamAddress.plain(GuestEnvironment.socket(engineUrl)),
                UpstreamDeadlines.DEFAULT,
                PoolLimits.DEFAULT);
        resources.add(engine::close);
        Telemetry telemetry = new Telemetry(environment.telemetry(), time);
        Metrics metrics = new Metrics(streams, status, telemetry);
        HealthReport report = new HealthReport(bootId, instanceId, status, streams, deadMan, journal);
        OwnApi api = new OwnApi(report, status, streams, deadMan, identities::want, metrics, journal, telemetry);
        FrontParts parts = new FrontParts(() -> identity().bundle().tokens(), api, engine, streams, status, metrics);
        return new Front(loops, transport, this::identity, parts, journal);
    }

    /** An engine that is about to be replaced, or to get other variables, is not loaded with anything, and this machine is not ready by it. */
    private static void keepModels(ModelKeeper models, InstallWatch install, String configHash) {
        try {
            install.awaitConverged(configHash);
            models.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Without it nothing is removed that might be somebody else's. */
    private PulledRecord pulledRecord() {
        if (environment.state().isEmpty()) {
            return PulledRecord.none();
        }
        try {
            return PulledRecord.in(environment.state().get());
        } catch (IOException e) {
            journal.say("which models are ours cannot be read: " + e.getClass().getSimpleName());
            return PulledRecord.none();
        }
    }

    /** There is one before anything listens. */
    private FrontIdentity identity() {
        return Objects.requireNonNull(identity);
    }

    private void activate(FrontIdentity next, InetSocketAddress address) throws IOException, InterruptedException {
        FrontIdentity before = identity;
        identity = next;
        Front built = front;
        if (before != null
                && built != null
                && !next.bundle().tokens().overlaps(before.bundle().tokens())) {
            // Whoever wrote this bundle wants nobody to speak any more who was admitted before.
            built.cut();
            journal.say("every connection of before is cut");
        }
        if (listening == null && built != null) {
            listening = built.listen(address);
            journal.say("listening on " + listening + " by " + transport);
        }
    }

    /** Where the front listens; null before it does. */
    @Nullable
    InetSocketAddress listening() {
        return listening;
    }

    private void configure(GuestConfig config) {
        deadMan.configure(config.deadMan(), config.firstBootGrace());
        status.change(now -> now.withConfigHash(config.configHash()));
    }

    private void follow(String text, ModelKeeper models, Requester requester, IdentityKeeper identities) {
        try {
            GuestConfig config = GuestConfig.parse(HttpCaller.utf8(text));
            configure(config);
            models.want(config.model());
            requester.want(config.asking());
            identities.want(config.secretVersion(), 1);
            journal.say("configuration changed");
        } catch (InvalidDocument e) {
            journal.say("configuration ignored: " + e.getMessage());
        }
    }

    private void preempted(String value) {
        if (value.equalsIgnoreCase("TRUE")) {
            journal.say("the cloud takes this machine back");
            status.change(Snapshot::withPreempted);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // runs until the loop ends
    private void watchSwitch() {
        long period = SWITCH_PERIOD.toMillis();
        callLoop.scheduleAtFixedRate(this::checkSwitch, period, period, TimeUnit.MILLISECONDS);
    }

    private void checkSwitch() {
        int open = streams.count();
        if (deadMan.isDue(open)) {
            powerOff.request("no heartbeat of a controller");
        }
        deadMan.kept(open).ifPresent(deadManRecord::keep);
    }

    private HttpCaller caller(URI server) throws IOException {
        HttpCaller caller = new HttpCaller(server, callLoop, CALLS);
        resources.add(caller::close);
        return caller;
    }

    private void thread(String name, Runnable task) {
        threads.add(Thread.ofPlatform().daemon().name(name).start(task));
    }

    /** Refuses new streams, lets running ones end for {@link #LAST_STREAMS}, then ends everything. */
    void end() throws InterruptedException {
        status.change(now -> now.withDraining(true));
        threads.forEach(Thread::interrupt);
        Front built = front;
        if (built != null) {
            built.drain();
            long end = time.nanos() + LAST_STREAMS.toNanos();
            while (streams.count() > 0 && time.nanos() < end) {
                time.pause(LAST_STREAMS_LOOK);
            }
            built.close();
        }
        resources.forEach(Runnable::run);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }
}
