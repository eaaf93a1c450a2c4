// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.activation.Ticket.State;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Slots;
import dev.privatellm.gateway.port.Timepiece;
import dev.privatellm.gateway.schema.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The way to one machine: requests pass, wait, or are turned back here, and the demand for the machine is counted here.
 *
 * <p>Everything that changes is guarded by this object's monitor; waiters are called after it was left, in the order of their tickets, so that a waiter may
 * come back from within its call. A ticket that was turned away keeps its place: order of arrival is the order of release, whatever happened in between.
 *
 * <p>Safe to call from any thread; never blocks for longer than its own bookkeeping.
 */
public final class Gate {
    private final ActivationPolicy policy;
    private final Limits limits;
    private final Slots slots;
    private final Timepiece time;
    private final Occupancy occupancy;
    private final DemandBeacon beacon;
    private final TreeMap<Long, Ticket> queue = new TreeMap<>();
    private Link link;
    private long linkSince;
    private Reach reach = new Reach.Open();
    private int inFlight;
    private long arrivals;
    private boolean closed;

    Gate(
            Link link,
            ActivationPolicy policy,
            Limits limits,
            Slots slots,
            Timepiece time,
            Occupancy occupancy,
            DemandBeacon beacon) {
        this.link = link;
        this.policy = policy;
        this.limits = limits;
        this.slots = slots;
        this.time = time;
        this.occupancy = occupancy;
        this.beacon = beacon;
        this.linkSince = time.nanoTime();
    }

    /** The link as last read. */
    public synchronized Link link() {
        return link;
    }

    /** Time since the link last changed. */
    public synchronized Duration linkAge() {
        return Duration.ofNanos(time.nanoTime() - linkSince);
    }

    /** Requests waiting. */
    public synchronized int held() {
        return queue.size();
    }

    /** Requests being answered. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** Whether the machine is said to serve and no attempt has shown otherwise since. */
    public synchronized boolean isServing() {
        return link.accepts() == Accepts.FORWARD && link.access().isPresent() && reach instanceof Reach.Open;
    }

    /** Whether the machine is said to serve, but the last attempt to reach it failed. */
    public synchronized boolean isUnreachable() {
        return link.accepts() == Accepts.FORWARD && !(reach instanceof Reach.Open);
    }

    /** Takes a request. The waiter is told what happens to it, before this returns or later. */
    public Ticket enter(Arrival arrival, Waiter waiter) {
        Ticket ticket;
        Runnable answer;
        synchronized (this) {
            Verdict verdict = closed ? new Verdict.Refuse(draining()) : policy.decide(arrival, state());
            boolean first = queue.isEmpty() && inFlight == 0 && link.accepts() == Accepts.HOLD;
            long deadline =
                    time.nanoTime() + policy.longestHold(link, time.now()).toNanos();
            ticket = new Ticket(this, arrivals++, waiter, deadline, first);
            answer = switch (verdict) {
                case Verdict.Forward() -> {
                    begin(ticket);
                    Link to = link;
                    Ticket admitted = ticket;
                    yield () -> waiter.admitted(admitted, to);
                }
                case Verdict.Hold() -> {
                    hold(ticket);
                    Ticket held = ticket;
                    yield () -> waiter.held(held);
                }
                case Verdict.Refuse(Failure failure) -> {
                    ticket.state = State.GIVEN_BACK;
                    yield () -> waiter.refused(failure);
                }
            };
        }
        answer.run();
        beacon.changed();
        return ticket;
    }

    /** Takes a newer link of the same resource: releases, re-times or refuses those who wait. */
    void update(Link newer) {
        List<Runnable> calls;
        synchronized (this) {
            boolean another = newer.generation() != link.generation()
                    || newer.accepts() != link.accepts()
                    || !newer.runId().equals(link.runId());
            if (!newer.equals(link)) {
                linkSince = time.nanoTime();
            }
            link = newer;
            if (another) {
                reopen();
                queue.values().forEach(ticket -> ticket.attempts = 0);
            }
            queue.values().forEach(this::setAlarm);
            calls = newer.accepts() == Accepts.REFUSE
                    ? refuseAll(ActivationPolicy.refusal(newer, time.now()))
                    : release();
        }
        beacon.changed();
        calls.forEach(Runnable::run);
    }

    /** Ends every hold with a failure and lets nobody in any more; requests in flight go on. */
    void close(Failure failure) {
        List<Runnable> calls;
        synchronized (this) {
            closed = true;
            calls = refuseAll(failure);
        }
        beacon.changed();
        calls.forEach(Runnable::run);
    }

    void leave(Ticket ticket) {
        List<Runnable> calls;
        synchronized (this) {
            if (ticket.state == State.GIVEN_BACK) {
                return;
            }
            remove(ticket);
            if (isProbe(ticket)) {
                reach = new Reach.Due();
            }
            calls = release();
        }
        beacon.changed();
        calls.forEach(Runnable::run);
    }

    void turnedAway(Ticket ticket) {
        List<Runnable> calls = new ArrayList<>();
        synchronized (this) {
            if (ticket.state != State.IN_FLIGHT) {
                return;
            }
            boolean counts = reach instanceof Reach.Open || isProbe(ticket);
            remove(ticket);
            ticket.attempts++;
            hold(ticket);
            calls.add(() -> ticket.waiter.held(ticket));
            if (counts) {
                pause();
                queue.values().stream().filter(other -> other != ticket).forEach(other -> other.attempts++);
                calls.addAll(refuseExhausted());
            }
            if (closed) {
                calls.addAll(refuseAll(draining()));
            }
        }
        beacon.changed();
        calls.forEach(Runnable::run);
    }

    void answered(Ticket ticket) {
        List<Runnable> calls;
        synchronized (this) {
            if (ticket.state != State.IN_FLIGHT) {
                return;
            }
            ticket.attempts = 0;
            if (reach instanceof Reach.Open) {
                return;
            }
            reopen();
            calls = release();
        }
        calls.forEach(Runnable::run);
    }

    synchronized Duration heldFor(Ticket ticket) {
        long running = ticket.state == State.HELD ? time.nanoTime() - ticket.heldSince : 0;
        return Duration.ofNanos(ticket.heldNanos + running);
    }

    private GateState state() {
        boolean reachable = reach instanceof Reach.Open;
        boolean slotFree = queue.isEmpty() && inFlight < slots.share(link.id(), link.slots());
        Duration age = Duration.ofNanos(time.nanoTime() - linkSince);
        return new GateState(
                link, age, reachable, slotFree, queue.size(), occupancy.held(), occupancy.inFlight(), time.now());
    }

    private List<Runnable> release() {
        List<Runnable> calls = new ArrayList<>();
        while (!queue.isEmpty() && mayPass()) {
            Ticket first = queue.firstEntry().getValue();
            remove(first);
            begin(first);
            if (reach instanceof Reach.Due) {
                reach = new Reach.Probing(first);
            }
            Link to = link;
            calls.add(() -> first.waiter.admitted(first, to));
        }
        return calls;
    }

    private boolean mayPass() {
        boolean serving = link.accepts() == Accepts.FORWARD && link.access().isPresent();
        return serving
                && inFlight < slots.share(link.id(), link.slots())
                && switch (reach) {
                    case Reach.Open() -> true;
                    case Reach.Due() -> true;
                    case Reach.Paused(Timepiece.Alarm _) -> false;
                    case Reach.Probing(Ticket _) -> false;
                };
    }

    private void begin(Ticket ticket) {
        ticket.state = State.IN_FLIGHT;
        inFlight++;
        occupancy.addInFlight(1);
    }

    private void hold(Ticket ticket) {
        ticket.state = State.HELD;
        ticket.heldSince = time.nanoTime();
        queue.put(ticket.order, ticket);
        occupancy.addHeld(1);
        setAlarm(ticket);
    }

    private void remove(Ticket ticket) {
        switch (ticket.state) {
            case HELD -> {
                queue.remove(ticket.order);
                occupancy.addHeld(-1);
                ticket.heldNanos += time.nanoTime() - ticket.heldSince;
                cancelAlarm(ticket);
            }
            case IN_FLIGHT -> {
                inFlight--;
                occupancy.addInFlight(-1);
            }
            case GIVEN_BACK -> throw new IllegalStateException("ticket was given back");
        }
        ticket.state = State.GIVEN_BACK;
    }

    private boolean isProbe(Ticket ticket) {
        return reach instanceof Reach.Probing(Ticket probe) && probe == ticket;
    }

    private void pause() {
        reach = new Reach.Paused(time.after(limits.retryDelay(), this::pauseOver));
    }

    private void pauseOver() {
        List<Runnable> calls;
        synchronized (this) {
            if (!(reach instanceof Reach.Paused)) {
                return;
            }
            reach = new Reach.Due();
            calls = release();
        }
        calls.forEach(Runnable::run);
    }

    private void reopen() {
        if (reach instanceof Reach.Paused(Timepiece.Alarm alarm)) {
            alarm.cancel();
        }
        reach = new Reach.Open();
    }

    /** A boot that begins while a request waits may end its patience earlier than it was when it came, never later. */
    private void setAlarm(Ticket ticket) {
        cancelAlarm(ticket);
        long left = ticket.deadline - time.nanoTime();
        if (link.bootDeadline().isPresent()) {
            left = Math.min(left, policy.longestHold(link, time.now()).toNanos());
        }
        ticket.alarm = time.after(Duration.ofNanos(Math.max(0, left)), () -> expire(ticket));
    }

    private static void cancelAlarm(Ticket ticket) {
        Timepiece.@Nullable Alarm alarm = ticket.alarm;
        if (alarm != null) {
            alarm.cancel();
            ticket.alarm = null;
        }
    }

    private void expire(Ticket ticket) {
        Failure failure;
        synchronized (this) {
            if (ticket.state != State.HELD) {
                return;
            }
            remove(ticket);
            failure = policy.holdExceeded(link, Duration.ofNanos(time.nanoTime() - linkSince));
        }
        beacon.changed();
        ticket.waiter.refused(failure);
    }

    private List<Runnable> refuseExhausted() {
        List<Runnable> calls = new ArrayList<>();
        for (Ticket ticket : List.copyOf(queue.values())) {
            if (ticket.attempts >= limits.maxAttempts()) {
                remove(ticket);
                Failure failure = policy.unreachable(link);
                calls.add(() -> ticket.waiter.refused(failure));
            }
        }
        return calls;
    }

    private List<Runnable> refuseAll(Failure failure) {
        List<Runnable> calls = new ArrayList<>();
        for (Ticket ticket : List.copyOf(queue.values())) {
            remove(ticket);
            calls.add(() -> ticket.waiter.refused(failure));
        }
        return calls;
    }

    private static Failure draining() {
        return Gates.DRAINING;
    }
}
