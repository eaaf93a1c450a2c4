// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway;

import dev.privatellm.gateway.endpoint.Entrance;
import dev.privatellm.gateway.endpoint.OwnState;
import dev.privatellm.gateway.exchange.Dispatcher;
import dev.privatellm.relay.ServerLimits;
import dev.privatellm.relay.Transport;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Micronaut's Netty server, set up by this program alone: nothing of the environment, of files or of the class path changes its configuration. */
final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final ApplicationContext context;
    private final EmbeddedServer server;
    private final int port;
    private final List<EventLoop> eventLoops;

    private HttpServer(ApplicationContext context, EmbeddedServer server) {
        this.context = context;
        this.server = server;
        // Asked now: a server that has ended does not know its port any more.
        this.port = server.getPort();
        this.eventLoops = loops(context.getBean(EventLoopGroupRegistry.class).getDefaultEventLoopGroup());
    }

    static HttpServer start(String host, int port, Dispatcher dispatcher, OwnState state, ServerLimits limits) {
        String transport = Transport.best().name().toLowerCase(Locale.ROOT);
        LOG.info("Network transport: {}", transport);
        ApplicationContext context = ApplicationContext.builder()
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .environmentPropertySource(false)
                .banner(false)
                .singletons(dispatcher, state, limits)
                .properties(properties(host, port, transport))
                .start();
        try {
            EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
            return new HttpServer(context, server);
        } catch (ServerStartupException refused) {
            context.close();
            throw new AddressUnavailable(host + ":" + port, refused);
        }
    }

    private static Map<String, Object> properties(String host, int port, String transport) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("micronaut.server.host", host);
        properties.put("micronaut.server.port", port == 0 ? -1 : port);
        // The relay in front keeps its own time.
        properties.put("micronaut.server.idle-timeout", "-1s");
        properties.put("micronaut.server.read-idle-timeout", "-1s");
        properties.put("micronaut.server.write-idle-timeout", "-1s");
        properties.put("micronaut.netty.event-loops.parent.num-threads", 1);
        for (String loops : List.of("default", "parent")) {
            // Both have to be told: loops of one kind cannot carry connections of the other.
            properties.put("micronaut.netty.event-loops." + loops + ".transport", transport);
            // Whoever closes the server has drained it before.
            properties.put("micronaut.netty.event-loops." + loops + ".shutdown-quiet-period", "0s");
        }
        return properties;
    }

    int port() {
        return port;
    }

    /** The loops on which connections live. */
    List<EventLoop> eventLoops() {
        return eventLoops;
    }

    void drain() {
        context.getBean(Entrance.class).drain();
    }

    @Override
    public void close() {
        server.stop();
        context.close();
    }

    private static List<EventLoop> loops(EventLoopGroup group) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            if (executor instanceof EventLoop loop) {
                loops.add(loop);
            }
        }
        return List.copyOf(loops);
    }
}
