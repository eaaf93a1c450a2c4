// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import static org.awaitility.Awaitility.await;

import dev.privatellm.gateway.Gateway;
import dev.privatellm.gateway.GatewayConfig;
import dev.privatellm.gateway.GatewayPorts;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.ApiKey;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Pins;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.Sensitive;
import dev.privatellm.gateway.port.Slots;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A gateway with one machine behind it, its ports in memory and its time in the test's hand. */
public final class GatewayFixture implements AutoCloseable {
    public static final RouteId ROUTE = new RouteId("default", "demo");
    public static final String MODEL = "tiny";
    public static final String SERVER_NAME = "pllm-demo.machine";
    public static final Duration RETRY_DELAY = Limits.ordinary().retryDelay();
    public static final String INFER_TOKEN = "a".repeat(64);
    public static final String MANAGE_TOKEN = "b".repeat(64);

    static {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    public final VirtualTimepiece time = new VirtualTimepiece();
    public final MemoryRoutes routes = new MemoryRoutes();
    public final RecordingDemand demand = new RecordingDemand();
    public final MemoryLedger ledger = new MemoryLedger();
    public final List<ApiKey> keys = new CopyOnWriteArrayList<>();
    public final TestAuthority authority = new TestAuthority();
    public final TestAuthority.Identity server = authority.issue(SERVER_NAME);
    public final TestAuthority.Identity client = authority.issue("gateway");
    public final MisbehavingMachine machine;
    public final Gateway gateway;

    /** Callers on loopback need no key. */
    public GatewayFixture() throws IOException {
        this(config -> config);
    }

    public GatewayFixture(UnaryOperator<GatewayConfig> change) throws IOException {
        machine = new MisbehavingMachine(authority, server);
        gateway = Gateway.start(
                change.apply(GatewayConfig.onLoopback(0, "test")),
                new GatewayPorts(routes, demand, () -> List.copyOf(keys), ledger, Slots.all(), time));
    }

    /** Ordinary limits, but for how many may wait for one machine. */
    public static Limits limits(int maxHeldPerRoute, int maxBodyBytes) {
        return limits(maxHeldPerRoute, maxBodyBytes, Limits.ordinary().maxHeldBytes(), RETRY_DELAY);
    }

    /** Ordinary limits, but for these. */
    public static Limits limits(int maxHeldPerRoute, int maxBodyBytes, long maxHeldBytes, Duration retryDelay) {
        Limits ordinary = Limits.ordinary();
        return new Limits(
                maxBodyBytes,
                maxHeldPerRoute,
                ordinary.maxHeld(),
                maxHeldBytes,
                ordinary.maxInFlight(),
                ordinary.grace(),
                ordinary.heartbeat(),
                ordinary.silence(),
                ordinary.bootMargin(),
                ordinary.bootAllowance(),
                ordinary.connectTimeout(),
                ordinary.handshakeTimeout(),
                ordinary.firstByteTimeout(),
                ordinary.idleTimeout(),
                ordinary.writeStall(),
                retryDelay,
                ordinary.maxAttempts());
    }

    /** A machine that does not run, of which nothing is known but its models. */
    public Link asleep() {
        return link(Accepts.HOLD, "Stopped", Optional.empty(), 1, Optional.empty(), 256);
    }

    /** A machine that runs, and that nobody may trust any more. */
    public Link distrusted() {
        return link(Accepts.HOLD, "Serving", Optional.empty(), 0, Optional.empty(), 256);
    }

    /** A machine that boots, to serve within 15 minutes, most likely in 88 s. */
    public Link booting() {
        Link link = link(Accepts.HOLD, "Starting", Optional.empty(), 1, Optional.empty(), 256);
        return new Link(
                link.id(),
                link.uid(),
                link.generation(),
                link.access(),
                link.models(),
                link.aliases(),
                link.slots(),
                link.contextLength(),
                link.accepts(),
                link.state(),
                Optional.of("loading"),
                Optional.of(40),
                Optional.of(new Link.Eta(Duration.ofSeconds(88), Duration.ofSeconds(120))),
                Optional.of(time.now().plus(Duration.ofSeconds(900))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A machine that will not be started. */
    public Link refusing(String reason, String message, Optional<Instant> retryAt) {
        Link link = asleep();
        return new Link(
                link.id(),
                link.uid(),
                link.generation(),
                link.access(),
                link.models(),
                link.aliases(),
                link.slots(),
                link.contextLength(),
                Accepts.REFUSE,
                "Stopped",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(reason),
                Optional.of(message),
                retryAt,
                Optional.empty(),
                Optional.empty());
    }

    /** The machine serves. */
    public Link serving() {
        return serving(256);
    }

    /** The machine serves so many requests at once. */
    public Link serving(int slots) {
        return link(
                Accepts.FORWARD, "Serving", Optional.of(access(server.fingerprint())), 1, Optional.of("run-1"), slots);
    }

    /** A link to the machine under which its leaf is not the pinned one. */
    public Link servingUnderPin(String pin) {
        return link(Accepts.FORWARD, "Serving", Optional.of(access(pin)), 1, Optional.of("run-1"), 256);
    }

    /** How to reach the machine. */
    public Link.Access access(String pin) {
        return new Link.Access(
                URI.create("https://127.0.0.1:" + machine.port()),
                SERVER_NAME,
                new Pins(pin, Optional.empty()),
                client.certificatePem(),
                new Sensitive("client key", client.keyPem()),
                authority.certificatePem(),
                new Sensitive("infer token", INFER_TOKEN),
                Optional.of(new Sensitive("manage token", MANAGE_TOKEN)));
    }

    public Link link(
            Accepts accepts,
            String state,
            Optional<Link.Access> access,
            long generation,
            Optional<String> run,
            int slots) {
        return new Link(
                ROUTE,
                "uid-1",
                generation,
                access,
                List.of(MODEL, "tiny-embed"),
                Map.of("gpt-4o", MODEL),
                slots,
                Optional.empty(),
                accepts,
                state,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                run);
    }

    /** A key of these scopes. */
    public static ApiKey key(String id, String secret, Set<ApiKey.Scope> scopes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return new ApiKey(
                    id, HexFormat.of().formatHex(hash), scopes, Set.of("default"), Set.of(), Optional.empty());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Writes a link down and waits until the gateway has read it. */
    public void publish(Link link) {
        routes.put(link);
        await().until(() -> gateway.status().routes().stream()
                .anyMatch(route -> route.name().equals(link.id().name())
                        && route.state().equals(link.state())
                        && route.slots() == link.slots()
                        && route.stage().equals(link.stage())
                        && route.reason().equals(link.reason())));
    }

    /** Forgets what happened before, once nothing runs any more. */
    public void forget() {
        await().until(() -> gateway.status().running() == 0 && inFlight() == 0 && held() == 0);
        ledger.clear();
        demand.clear();
        machine.clear();
    }

    /** A new connection to the gateway. */
    public RawClient connect() throws IOException {
        return new RawClient(gateway.port());
    }

    /** Sends one request on a connection of its own and reads its whole response. */
    public RawClient.Response post(String path, String json, String... headers) throws IOException {
        try (RawClient connection = connect()) {
            return connection.post(path, json, headers).response();
        }
    }

    /** Sends one GET on a connection of its own and reads its whole response. */
    public RawClient.Response get(String path, String... headers) throws IOException {
        try (RawClient connection = connect()) {
            return connection.get(path, headers).response();
        }
    }

    /** Requests that wait. */
    public int held() {
        return gateway.status().held();
    }

    /** Waits until so many requests wait and have set their alarms: the deadline of each, its next sign of life, and one renewal of demand. */
    public void awaitHeld(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> held() == count && time.pending() >= 2 * count + 1);
    }

    /** Requests that are being answered by the machine. */
    public int inFlight() {
        return gateway.status().routes().stream()
                .mapToInt(route -> route.inFlight())
                .sum();
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        machine.close();
    }
}
