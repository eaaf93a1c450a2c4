// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Every byte that was sent to the cloud's APIs and to its machines, kept connection by connection, so that what is searched for is never cut in two by what
 * another connection sent meanwhile. Thread-safe.
 */
public final class Outbound {

    /** Most bytes kept, over all connections. What comes after is lost, and {@link #export()} says so. */
    public static final long MAX_BYTES = 128L * 1024 * 1024;

    private final Clock clock;
    private final List<Channel> channels = new ArrayList<>();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicBoolean overflowed = new AtomicBoolean();

    public Outbound(Clock clock) {
        this.clock = clock;
    }

    /** Bytes of one connection. */
    public final class Channel {
        private final String name;
        private final Instant since;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private Channel(String name, Instant since) {
            this.name = name;
            this.since = since;
        }

        /** Keeps a piece, or notes the overflow. */
        public void add(byte[] source, int offset, int length) {
            if (kept.addAndGet(length) > MAX_BYTES) {
                overflowed.set(true);
                return;
            }
            synchronized (bytes) {
                bytes.write(source, offset, length);
            }
        }

        private byte[] copy() {
            synchronized (bytes) {
                return bytes.toByteArray();
            }
        }
    }

    /** Begins the recording of one connection. */
    public Channel open(String kind, Socket socket) {
        Channel channel = new Channel(
                kind + " " + socket.getRemoteSocketAddress() + " -> " + socket.getLocalSocketAddress(),
                clock.instant());
        synchronized (channels) {
            channels.add(channel);
        }
        return channel;
    }

    /** The same stream, recorded as it is read. */
    public InputStream tee(String kind, Socket socket, InputStream in) {
        Channel channel = open(kind, socket);
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n > 0) {
                    channel.add(buffer, offset, n);
                }
                return n;
            }
        };
    }

    /** Whether bytes were lost because there were more than {@link #MAX_BYTES}. */
    public boolean overflowed() {
        return overflowed.get();
    }

    /** Everything, each connection after a line that names it; ends with a line that says {@code overflow} if bytes were lost. */
    public byte[] export() {
        List<Channel> snapshot;
        synchronized (channels) {
            snapshot = List.copyOf(channels);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (Channel channel : snapshot) {
            byte[] bytes = channel.copy();
            if (bytes.length > 0) {
                whole.writeBytes("\n=== %s since %s, %d bytes ===%n"
                        .formatted(channel.name, channel.since, bytes.length)
                        .getBytes(StandardCharsets.UTF_8));
                whole.writeBytes(bytes);
            }
        }
        if (overflowed()) {
            whole.writeBytes("\n=== overflow: bytes beyond %d were not kept ===%n"
                    .formatted(MAX_BYTES)
                    .getBytes(StandardCharsets.UTF_8));
        }
        return whole.toByteArray();
    }
}
