// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines over one connection. One thread reads and writes; {@link #offer} may be called by any. */
final class ControlChannel implements AutoCloseable {
    /** Changes that wait for a slow reader; the oldest are dropped, since each tells the whole state. */
    private static final int MAX_WAITING = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

    private final SocketChannel channel;
    private final BufferedReader reader;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

    ControlChannel(SocketChannel channel) {
        this.channel = channel;
        this.reader =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    }

    /** The next line, or empty at the end. A line that is too long is an error. */
    Optional<String> read() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c != '\n'; c = reader.read()) {
            if (c < 0) {
                return line.isEmpty() ? Optional.empty() : Optional.of(line.toString());
            }
            if (line.length() >= ControlLine.MAX_BYTES) {
                throw new IOException("line longer than " + ControlLine.MAX_BYTES);
            }
            line.append((char) c);
        }
        return Optional.of(line.toString());
    }

    void write(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Queues a line for {@link #drainUntilClosed()}; returns at once. */
    void offer(String line) {
        while (!waiting.offer(line)) {
            waiting.poll();
        }
    }

    /** Writes what is offered until the other side is gone. */
    void drainUntilClosed() throws IOException {
        Thread reads = Thread.ofVirtual().start(this::awaitEnd);
        try {
            while (channel.isOpen()) {
                write(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reads.interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void awaitEnd() {
        try {
            reader.transferTo(Writer.nullWriter());
            channel.close();
        } catch (IOException gone) {
            LOG.debug("control client gone");
        }
        offer("");
    }
}
