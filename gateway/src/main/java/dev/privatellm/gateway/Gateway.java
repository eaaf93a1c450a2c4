// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.activation.ActivationPolicy;
import dev.privatellm.gateway.activation.Gate;
import dev.privatellm.gateway.activation.Gates;
import dev.privatellm.gateway.endpoint.GatewayStatus;
import dev.privatellm.gateway.endpoint.OwnState;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Dispatcher;
import dev.privatellm.gateway.filter.Activate;
import dev.privatellm.gateway.filter.AnswerKnown;
import dev.privatellm.gateway.filter.Authenticate;
import dev.privatellm.gateway.filter.BodyBudget;
import dev.privatellm.gateway.filter.Credentials;
import dev.privatellm.gateway.filter.Forward;
import dev.privatellm.gateway.filter.GuardHost;
import dev.privatellm.gateway.filter.HostNames;
import dev.privatellm.gateway.filter.Meter;
import dev.privatellm.gateway.filter.ReceiveBody;
import dev.privatellm.gateway.filter.RecordExchange;
import dev.privatellm.gateway.filter.Route;
import dev.privatellm.gateway.filter.RouteManageCall;
import dev.privatellm.gateway.filter.RouteUsage;
import dev.privatellm.gateway.metering.ChunkCalibration;
import dev.privatellm.gateway.metering.Confidence;
import dev.privatellm.gateway.metering.UsageMeter;
import dev.privatellm.gateway.metrics.GatewayMetrics;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.upstream.Machines;
import dev.privatellm.relay.ServerLimits;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A running gateway: it listens from {@link #start} to {@link #close}. The wiring of the whole module stands here and nowhere else.
 */
public final class Gateway implements AutoCloseable {
    private final GatewayConfig config;
    private final GatewayPorts ports;
    private final Instant since;
    private final GatewayMetrics metrics = new GatewayMetrics();
    private final RouteUsage usage = new RouteUsage();
    private final Machines machines;
    private final Gates gates;
    private final Dispatcher dispatcher;
    private final HttpServer server;
    private final LinkWatch links;
    private volatile List<EventLoop> eventLoops = List.of();
    private volatile boolean draining;

    private Gateway(GatewayConfig config, GatewayPorts ports) {
        this.config = config;
        this.ports = ports;
        this.since = ports.time().now();
        Limits limits = config.limits();
        machines = new Machines(limits, ports.time()::now);
        gates = new Gates(limits, ports.slots(), ports.time(), ports.demand(), this::used);
        metrics.observe(gates.occupancy()::held, machines::handshakes, machines::pinRejections);
        HostNames hosts = new HostNames(config.host(), config.allowedHosts());
        Credentials credentials = new Credentials(ports.keys(), config.anonymousLoopback(), ports.time());
        dispatcher = new Dispatcher(
                chain(hosts, credentials), ports.time(), () -> UUID.randomUUID().toString());
        OwnState state = new OwnState(this::status, metrics::scrape, () -> draining, hosts, credentials);
        // The routes first: whoever is answered without them is told that there is no such model.
        links = new LinkWatch(ports.routes(), this::update);
        try {
            server = HttpServer.start(
                    config.host(),
                    config.port(),
                    dispatcher,
                    state,
                    ServerLimits.DEFAULT.withWriteStall(limits.writeStall()));
        } catch (RuntimeException refused) {
            links.close();
            machines.close();
            metrics.close();
            throw refused;
        }
        eventLoops = server.eventLoops();
    }

    /**
     * Starts to listen. The ports stay the caller's and are closed by it, after the gateway.
     *
     * @throws AddressUnavailable if the address cannot be listened on, most often because somebody else does
     */
    public static Gateway start(GatewayConfig config, GatewayPorts ports) {
        return new Gateway(config, ports);
    }

    /** The TCP port listened on, also once it is closed. */
    public int port() {
        return server.port();
    }

    /** What this gateway knows. */
    public GatewayStatus status() {
        List<GatewayStatus.RouteStatus> routes =
                gates.all().stream().map(this::status).toList();
        return new GatewayStatus(
                GatewayStatus.SCHEMA,
                config.version(),
                since,
                draining,
                dispatcher.running(),
                gates.occupancy().held(),
                routes);
    }

    /**
     * Stops accepting work: it is not ready any more, requests that wait end with an error that may be retried, and those in flight go on to their end.
     *
     * @return whether all had ended before the time was over
     */
    public boolean drain(Duration longest) throws InterruptedException {
        draining = true;
        gates.drain();
        server.drain();
        return dispatcher.awaitIdle(longest);
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        draining = true;
        links.close();
        gates.drain();
        // First the machines: their connections live on the server's event loops.
        machines.close();
        server.close();
        metrics.close();
    }

    private Chain chain(HostNames hosts, Credentials credentials) {
        Limits limits = config.limits();
        return new Chain(List.of(
                new RecordExchange(metrics, usage, ports.ledger()),
                new GuardHost(hosts),
                new Authenticate(credentials),
                new ReceiveBody(limits, new BodyBudget(limits.maxHeldBytes())),
                new AnswerKnown(gates, metrics, since),
                new RouteManageCall(gates),
                new Route(gates),
                new Activate(gates, limits),
                new Meter(new ChunkCalibration()),
                new Forward(machines)));
    }

    private void update(List<Link> known) {
        machines.update(known);
        known.forEach(link -> machines.prewarm(link, eventLoops));
        gates.update(known);
    }

    private Gates.Usage used(RouteId route) {
        long requests = 0;
        Map<String, Long> tokens = new LinkedHashMap<>();
        for (Confidence confidence : Confidence.values()) {
            UsageMeter.Totals totals = usage.totals(route, confidence);
            requests += totals.requests();
            tokens.put(confidence.word(), totals.input() + totals.output());
        }
        return new Gates.Usage(requests, tokens);
    }

    private GatewayStatus.RouteStatus status(Gate gate) {
        Link link = gate.link();
        Map<String, GatewayStatus.Totals> totals = new LinkedHashMap<>();
        Arrays.stream(Confidence.values())
                .forEach(confidence -> totals.put(confidence.word(), totals(link.id(), confidence)));
        return new GatewayStatus.RouteStatus(
                link.id().namespace(),
                link.id().name(),
                link.state(),
                link.stage(),
                link.percent(),
                ActivationPolicy.expectedWait(link, gate.linkAge())
                        .filter(Duration::isPositive)
                        .map(Duration::toSeconds),
                link.reason(),
                link.message(),
                gate.isServing(),
                link.slots(),
                gate.held(),
                gate.inFlight(),
                link.models(),
                totals);
    }

    private GatewayStatus.Totals totals(RouteId route, Confidence confidence) {
        UsageMeter.Totals sums = usage.totals(route, confidence);
        return new GatewayStatus.Totals(
                sums.requests(),
                sums.input(),
                sums.cachedInput(),
                sums.cacheWriteInput(),
                sums.output(),
                sums.reasoning());
    }
}
