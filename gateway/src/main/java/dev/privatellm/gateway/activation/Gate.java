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
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The way to one machine: requests pass, wait, or are turned back here, and the demand for the machine is counted here.
 *
 * <p>Everything that changes is guarded by this object's monitor; waiters are called after it was left, in the order of their tickets, so that a waiter may
 * come back from within its call. A ticket that was turned away keeps its place: order of arrival is the order of release, whatever happened in between.
 *
 * <p>What an attempt shows counts for the machine that it was sent to: after another run, address or link, a late word about the former one changes nothing.
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
    private boolean silent;
    private long machine;
    private long pauses;
    private int inFlight;
    private long arrivals;
    private @Nullable Failure closedWith;

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
        return link.accepts() == Accepts.FORWARD && link.access().isPresent() && !silent;
    }

    /** Whether the machine is said to serve, but did not answer the last attempt. One that answers that it is busy is not unreachable. */
    public synchronized boolean isUnreachable() {
        return link.accepts() == Accepts.FORWARD && silent;
    }

    /** Takes a request. The waiter is told what happens to it, before this returns or later. */
    public Ticket enter(Arrival arrival, Waiter waiter) {
        Ticket ticket;
        List<Runnable> calls = new ArrayList<>();
        synchronized (this) {
            boolean first = queue.isEmpty() && inFlight == 0 && link.accepts() == Accepts.HOLD;
            ticket = new Ticket(this, arrivals++, arrival, waiter, time.nanoTime(), longestHold(), first);
            switch (closedWith != null ? new Verdict.Refuse(closedWith) : policy.decide(arrival, state())) {
                case Verdict.Forward() -> calls.add(admit(ticket));
                case Verdict.Hold() -> {
                    calls.add(hold(ticket));
                    // A trial may be due for which nobody was there.
                    calls.addAll(release());
                }
                case Verdict.Refuse(Failure failure) -> {
                    ticket.state = State.GIVEN_BACK;
                    calls.add(() -> waiter.refused(failure));
                }
            }
        }
        tell(calls);
        return ticket;
    }

    /** Takes a newer link of the same resource: releases, re-times or refuses those who wait. */
    void update(Link newer) {
        List<Runnable> calls;
        synchronized (this) {
            boolean another = isAnotherMachine(link, newer);
            if (!newer.equals(link)) {
                linkSince = time.nanoTime();
            }
            link = newer;
            if (another) {
                machine++;
                reopen();
                queue.values().forEach(ticket -> ticket.attempts = 0);
            }
            queue.values().forEach(this::setAlarm);
            calls = refuseWhoMayNotWait();
            calls.addAll(release());
        }
        tell(calls);
    }

    private static boolean isAnotherMachine(Link link, Link newer) {
        return !newer.uid().equals(link.uid())
                || newer.generation() != link.generation()
                || newer.accepts() != link.accepts()
                || !newer.access().equals(link.access())
                || !newer.runId().equals(link.runId());
    }

    /** Ends every hold with a failure and lets nobody in any more; requests in flight go on. */
    void close(Failure failure) {
        List<Runnable> calls;
        synchronized (this) {
            closedWith = failure;
            calls = refuseWhoMayNotWait();
        }
        tell(calls);
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
        tell(calls);
    }

    /** @param busy whether the machine itself said that it does not take the request now; else it did not answer */
    void turnedAway(Ticket ticket, boolean busy) {
        List<Runnable> calls = new ArrayList<>();
        synchronized (this) {
            if (ticket.state != State.IN_FLIGHT) {
                return;
            }
            boolean present = ticket.machine == machine;
            boolean counts = present && (reach instanceof Reach.Open || isProbe(ticket));
            remove(ticket);
            ticket.attempts += present && !busy ? 1 : 0;
            if (counts) {
                silent = !busy;
                reach = pause();
                queue.values().forEach(other -> other.attempts += busy ? 0 : 1);
            }
            Optional<Failure> refusal = refusal(ticket);
            calls.add(refusal.isPresent() ? () -> ticket.waiter.refused(refusal.get()) : hold(ticket));
            calls.addAll(refuseWhoMayNotWait());
            calls.addAll(release());
        }
        tell(calls);
    }

    void answered(Ticket ticket) {
        List<Runnable> calls;
        synchronized (this) {
            if (ticket.state != State.IN_FLIGHT) {
                return;
            }
            ticket.attempts = 0;
            if (ticket.machine != machine || reach instanceof Reach.Open) {
                return;
            }
            reopen();
            calls = release();
        }
        tell(calls);
    }

    /** Waiters first: a signal may come back into the gate. */
    private void tell(List<Runnable> calls) {
        calls.forEach(Runnable::run);
        beacon.changed();
    }

    synchronized Duration heldFor(Ticket ticket) {
        long running = ticket.state == State.HELD ? time.nanoTime() - ticket.heldSince : 0;
        return Duration.ofNanos(ticket.heldNanos + running);
    }

    private GateState state() {
        boolean reachable = reach instanceof Reach.Open || reach instanceof Reach.Due;
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
            calls.add(admit(first));
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
                    case Reach.Paused(long _, Timepiece.Alarm _) -> false;
                    case Reach.Probing(Ticket _) -> false;
                };
    }

    private Runnable admit(Ticket ticket) {
        ticket.state = State.IN_FLIGHT;
        ticket.machine = machine;
        inFlight++;
        occupancy.addInFlight(1);
        if (reach instanceof Reach.Due) {
            reach = new Reach.Probing(ticket);
        }
        Link to = link;
        return () -> ticket.waiter.admitted(ticket, to);
    }

    private Runnable hold(Ticket ticket) {
        ticket.state = State.HELD;
        ticket.heldSince = time.nanoTime();
        queue.put(ticket.order, ticket);
        occupancy.addHeld(1);
        setAlarm(ticket);
        return () -> ticket.waiter.held(ticket);
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

    private Reach pause() {
        long number = ++pauses;
        return new Reach.Paused(number, time.after(limits.retryDelay(), () -> pauseOver(number)));
    }

    private void pauseOver(long number) {
        List<Runnable> calls;
        synchronized (this) {
            if (!(reach instanceof Reach.Paused(long present, Timepiece.Alarm _)) || present != number) {
                return;
            }
            reach = new Reach.Due();
            calls = release();
        }
        tell(calls);
    }

    private void reopen() {
        if (reach instanceof Reach.Paused(long _, Timepiece.Alarm alarm)) {
            alarm.cancel();
        }
        reach = new Reach.Open();
        silent = false;
    }

    private Duration longestHold() {
        return policy.longestHold(link, time.now());
    }

    /** A boot that is to be over while a request waits may end its patience earlier than it was when it came, never later. */
    private void setAlarm(Ticket ticket) {
        cancelAlarm(ticket);
        long now = time.nanoTime();
        long left = ticket.deadline - now;
        if (link.bootDeadline().isPresent()) {
            long bootLeft =
                    Duration.between(time.now(), link.bootDeadline().get()).toNanos();
            boolean endsMeanwhile = now + bootLeft - ticket.entered > 0;
            left = endsMeanwhile ? Math.min(left, bootLeft + limits.bootMargin().toNanos()) : left;
        }
        long number = ++ticket.alarms;
        ticket.alarm = time.after(Duration.ofNanos(Math.max(0, left)), () -> expire(ticket, number));
    }

    private static void cancelAlarm(Ticket ticket) {
        Timepiece.@Nullable Alarm alarm = ticket.alarm;
        ticket.alarms++;
        if (alarm != null) {
            alarm.cancel();
            ticket.alarm = null;
        }
    }

    private void expire(Ticket ticket, long number) {
        Failure failure;
        synchronized (this) {
            if (ticket.state != State.HELD || ticket.alarms != number) {
                return;
            }
            remove(ticket);
            failure = policy.holdExceeded(link, Duration.ofNanos(time.nanoTime() - linkSince));
        }
        tell(List.of(() -> ticket.waiter.refused(failure)));
    }

    /** Whoever waits without hope is told why at once: the way is closed, the machine will not come for it, or never answers. */
    private List<Runnable> refuseWhoMayNotWait() {
        List<Runnable> calls = new ArrayList<>();
        for (Ticket ticket : List.copyOf(queue.values())) {
            Optional<Failure> refusal = refusal(ticket);
            if (refusal.isPresent()) {
                remove(ticket);
                calls.add(() -> ticket.waiter.refused(refusal.get()));
            }
        }
        return calls;
    }

    private Optional<Failure> refusal(Ticket ticket) {
        return Optional.ofNullable(closedWith)
                .or(() -> policy.refusalToWait(ticket.arrival, link, time.now()))
                .or(() -> ticket.attempts >= limits.maxAttempts()
                        ? Optional.of(policy.unreachable(link))
                        : Optional.empty());
    }
}
