// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One client's connection as the virtual thread sees it that answers on it: writes wait for the reader, and every wait ends the moment the client leaves.
 *
 * <p>The event loop calls {@link #changed} whenever the channel became writable or inactive; everything else is called by the answering thread.
 */
final class Connection {

    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();

    Connection(Channel channel) {
        this.channel = channel;
    }

    boolean isOpen() {
        return channel.isActive();
    }

    /** Wakes a waiting writer; never blocks for long. */
    void changed() {
        lock.lock();
        try {
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends one message and waits while more is buffered than the reader takes. */
    void send(Object message) throws ClientGone {
        check();
        var _ = channel.writeAndFlush(message, channel.voidPromise());
        lock.lock();
        try {
            while (channel.isActive() && !channel.isWritable()) {
                change.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits that long; ends early, with the exception, if the client leaves. */
    void pause(Duration duration) throws ClientGone {
        long left = duration.toNanos();
        lock.lock();
        try {
            while (left > 0 && channel.isActive()) {
                left = change.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGone();
        } finally {
            lock.unlock();
        }
        check();
    }

    /** Breaks the connection with a reset, so that the client cannot take what it has for the whole. */
    void reset() {
        channel.eventLoop().execute(() -> {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.close();
        });
    }

    private void check() throws ClientGone {
        if (!channel.isActive()) {
            throw new ClientGone();
        }
    }
}
