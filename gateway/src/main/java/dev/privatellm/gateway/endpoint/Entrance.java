// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.endpoint;

import dev.privatellm.gateway.exchange.Dispatcher;
import dev.privatellm.relay.ServerConnection;
import dev.privatellm.relay.ServerLimits;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.channel.Channel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts the relay in front of Micronaut's HTTP codec on every connection: it takes the requests of the client APIs and lets the bytes of all others pass.
 * Requests that the relay answers are never seen by the codec, which queues what it has seen.
 */
@Singleton
public final class Entrance implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final Dispatcher dispatcher;
    private final ServerLimits limits;
    private final Map<Channel, ServerConnection> connections = new ConcurrentHashMap<>();
    private volatile boolean draining;

    @Inject
    Entrance(Dispatcher dispatcher, ServerLimits limits) {
        this.dispatcher = dispatcher;
        this.limits = limits;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        NettyServerCustomizer.Registry registry = event.getBean();
        registry.register(new PerConnection(null));
        return registry;
    }

    /** Ends every connection once its present exchange is answered, and those that come later after their first. */
    public void drain() {
        draining = true;
        connections.forEach((channel, connection) -> channel.eventLoop().execute(connection::drain));
    }

    private void join(Channel channel) {
        ServerConnection connection = new ServerConnection(dispatcher, limits);
        connections.put(channel, connection);
        channel.closeFuture().addListener(_ -> connections.remove(channel));
        channel.pipeline().addBefore(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "relay", connection);
        if (draining) {
            channel.eventLoop().execute(connection::drain);
        }
    }

    private final class PerConnection implements NettyServerCustomizer {
        private final @Nullable Channel channel;

        PerConnection(@Nullable Channel channel) {
            this.channel = channel;
        }

        @Override
        public NettyServerCustomizer specializeForChannel(Channel of, ChannelRole role) {
            return new PerConnection(of);
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (channel != null) {
                join(channel);
            }
        }
    }
}
