// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

import dev.privatellm.gateway.port.Timepiece;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Time that moves only when it is told to; alarms ring in order, on the thread that moves it. */
public final class VirtualTimepiece implements Timepiece {
    /** When it begins. */
    public static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    private record Due(long nanos, long number) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final TreeMap<Due, Runnable> alarms = new TreeMap<>();
    private long nanos;
    private Duration behind = Duration.ZERO;
    private long numbers;
    private boolean faulty;

    @Override
    public synchronized Instant now() {
        return ORIGIN.minus(behind).plusNanos(nanos);
    }

    /** Sets the wall clock back, and nothing else. */
    public synchronized void turnBack(Duration by) {
        behind = behind.plus(by);
    }

    @Override
    public synchronized long nanoTime() {
        if (faulty) {
            faulty = false;
            throw new IllegalStateException("a fault of the test's making");
        }
        return nanos;
    }

    /** Makes the next call of {@link #nanoTime()} fail. */
    public synchronized void failNext() {
        faulty = true;
    }

    @Override
    public synchronized Alarm after(Duration delay, Runnable action) {
        Due due = new Due(nanos + delay.toNanos(), numbers++);
        alarms.put(due, action);
        return () -> forget(due);
    }

    /** Moves time on and rings every alarm on the way at its own moment. */
    public void advance(Duration by) {
        long end;
        synchronized (this) {
            end = nanos + by.toNanos();
        }
        while (true) {
            Runnable action;
            synchronized (this) {
                Map.Entry<Due, Runnable> first = alarms.firstEntry();
                if (first == null || first.getKey().nanos() > end) {
                    nanos = end;
                    return;
                }
                alarms.remove(first.getKey());
                nanos = Math.max(nanos, first.getKey().nanos());
                action = first.getValue();
            }
            action.run();
        }
    }

    /** Alarms that have not rung. */
    public synchronized int pending() {
        return alarms.size();
    }

    private synchronized void forget(Due due) {
        alarms.remove(due);
    }
}
