// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.relay.Http1Upstream;
import dev.privatellm.relay.PoolLimits;
import dev.privatellm.relay.Upstream;
import dev.privatellm.relay.UpstreamAddress;
import dev.privatellm.relay.UpstreamDeadlines;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to all machines: one pool per route and generation of its link. A new generation gets a pool and a TLS context of its own at once; the old
 * one lends no connection any more and ends each after its request. Safe to call from any thread.
 */
public final class Machines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private final ConcurrentMap<RouteId, Pool> pools = new ConcurrentHashMap<>();
    private final UpstreamDeadlines deadlines;
    private final InstantSource clock;
    private final LongAdder pinRejections = new LongAdder();
    private final AtomicLong pastHandshakes = new AtomicLong();

    /** @param clock tells when a machine's certificate is judged */
    public Machines(Limits limits, InstantSource clock) {
        this.clock = clock;
        // Loads the native library now rather than while the first request waits.
        LOG.info("TLS to machines: {}", OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK");
        deadlines = new UpstreamDeadlines(
                limits.connectTimeout(), limits.handshakeTimeout(), limits.firstByteTimeout(), limits.idleTimeout());
    }

    private record Pool(
            String uid, long generation, Link.Access access, Http1Upstream upstream, Prewarming prewarming) {
        boolean fits(Link link) {
            return uid.equals(link.uid())
                    && generation == link.generation()
                    && link.access().filter(access::equals).isPresent();
        }
    }

    /**
     * Takes the links known now: opens a pool for each new generation, and closes those of older ones and of routes that are gone, whose streams end by
     * themselves. A link of no generation says that nobody is trusted any more: every connection of that route is cut. Reads keys; not for an event loop.
     */
    public synchronized void update(List<Link> links) {
        Set<RouteId> known = new HashSet<>();
        for (Link link : links) {
            if (link.access().isPresent()) {
                known.add(link.id());
                renew(link, link.access().get());
            }
        }
        Set<RouteId> distrusted = links.stream()
                .filter(link -> link.generation() == 0)
                .map(Link::id)
                .collect(Collectors.toUnmodifiableSet());
        for (RouteId route : Set.copyOf(pools.keySet())) {
            if (distrusted.contains(route)) {
                cut(pools.remove(route));
            } else if (!known.contains(route)) {
                retire(pools.remove(route));
            }
        }
    }

    /** The way to a machine; empty if there is no link that could be used. */
    public Optional<Upstream> machine(RouteId route) {
        return Optional.ofNullable(pools.get(route)).map(Pool::upstream);
    }

    /**
     * Opens a connection ahead of need, one on each loop, to a machine that has an address and does not serve yet: the handshake is made while it boots and
     * its model loads, in nobody's time. Every check is made as for any other. Goes on trying until there is one or the link says something else, so it is to
     * be called with every link that has changed.
     */
    public void prewarm(Link link, Iterable<EventLoop> loops) {
        Pool pool = pools.get(link.id());
        boolean boots = link.accepts() == Accepts.HOLD && link.bootDeadline().isPresent();
        if (pool != null && boots) {
            pool.prewarming().begin(loops);
        } else if (pool != null) {
            pool.prewarming().end();
        }
    }

    /** Leaves refused because they were not pinned. */
    public long pinRejections() {
        return pinRejections.sum();
    }

    /** TLS handshakes completed. */
    public long handshakes() {
        return pastHandshakes.get()
                + pools.values().stream()
                        .mapToLong(pool -> pool.upstream().handshakes())
                        .sum();
    }

    @Override
    public synchronized void close() {
        Map.copyOf(pools).values().forEach(this::retire);
        pools.clear();
    }

    private void renew(Link link, Link.Access access) {
        Pool present = pools.get(link.id());
        if (present != null && present.fits(link)) {
            return;
        }
        try {
            Http1Upstream upstream = new Http1Upstream(
                    UpstreamAddress.tls(
                            address(access),
                            ClientTls.context(access, clock, fingerprint -> rejected(link.id(), fingerprint)),
                            access.serverName()),
                    deadlines,
                    PoolLimits.DEFAULT);
            retire(pools.put(
                    link.id(), new Pool(link.uid(), link.generation(), access, upstream, new Prewarming(upstream))));
        } catch (UnreadableLink offence) {
            // Fail closed: the machine of another generation may be anybody's by now.
            retire(pools.remove(link.id()));
            LOG.error("Link of {} cannot be used: {}", link.id(), offence.getMessage());
        }
    }

    private void cut(@Nullable Pool pool) {
        if (pool != null) {
            retire(pool);
            pool.upstream().abort();
        }
    }

    private void retire(@Nullable Pool pool) {
        if (pool != null) {
            pastHandshakes.addAndGet(pool.upstream().handshakes());
            pool.prewarming().end();
            pool.upstream().close();
        }
    }

    private void rejected(RouteId route, String fingerprint) {
        pinRejections.increment();
        LOG.error("Refused the machine of {}: its leaf {} is not pinned", route, fingerprint);
    }

    private static InetSocketAddress address(Link.Access access) throws UnreadableLink {
        String host = access.endpoint().getHost();
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        byte[] address = NetUtil.createByteArrayFromIpAddressString(literal);
        if (address == null) {
            throw new UnreadableLink("endpoint: " + host + " (expected: an IP address)");
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(address), access.endpoint().getPort());
        } catch (UnknownHostException impossible) {
            throw new UnreadableLink("endpoint: " + host, impossible);
        }
    }
}
