// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.privatellm.relay.Headers;
import dev.privatellm.relay.Transport;
import dev.privatellm.relay.UpstreamDeadlines;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HttpCallerTest {
    @Test
    void aCallOfAProgramThatEndsFailsAsOneThatDoesNotGetThrough() throws Exception {
        EventLoopGroup loops =
                Transport.best().newLoops(1, Thread.ofPlatform().daemon().factory());
        EventLoop loop = loops.next();
        try (HttpCaller caller = new HttpCaller(URI.create("http://127.0.0.1:1"), loop, UpstreamDeadlines.DEFAULT)) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
            assertThatThrownBy(() -> caller.get("/", Headers.EMPTY)).isInstanceOf(IOException.class);
        }
    }
}
