// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides what happens to a request that wants a machine: forward, hold, or refuse with the reason. Pure: the same state gives the same verdict.
 */
public final class ActivationPolicy {
    private static final Duration MOMENT = Duration.ofSeconds(2);

    private final Limits limits;

    public ActivationPolicy(Limits limits) {
        this.limits = limits;
    }

    Verdict decide(Arrival arrival, GateState state) {
        if (state.inFlightEverywhere() >= limits.maxInFlight()) {
            return new Verdict.Refuse(
                    Failure.of(Reason.QUEUE_FULL, "this gateway is answering as many requests as it may", MOMENT));
        }
        Optional<Failure> refusal = refusalToWait(arrival, state.link(), state.now());
        if (refusal.isPresent()) {
            return new Verdict.Refuse(refusal.get());
        }
        boolean serving = state.link().accepts() == Accepts.FORWARD
                && state.link().access().isPresent();
        return serving && state.reachable() && state.slotFree() ? new Verdict.Forward() : hold(arrival, state);
    }

    /** Why a request is not to wait for this machine, when it comes or while it waits; empty if it may. */
    Optional<Failure> refusalToWait(Arrival arrival, Link link, Instant now) {
        return switch (link.accepts()) {
            case REFUSE -> Optional.of(refusal(link, now));
            case HOLD -> arrival.wakes() ? Optional.empty() : Optional.of(asleep(link));
            case FORWARD -> Optional.empty();
        };
    }

    private static Failure asleep(Link link) {
        return Failure.of(
                Reason.SLEEPING_BY_POLICY,
                "the machine of " + link.id()
                        + " is not awake and this call never wakes it; send a generation, or run private-llm wake");
    }

    private Verdict hold(Arrival arrival, GateState state) {
        Duration wait = expectedWait(state.link(), state.linkAge()).orElse(Duration.ZERO);
        if (state.heldHere() >= limits.maxHeldPerRoute() || state.heldEverywhere() >= limits.maxHeld()) {
            return new Verdict.Refuse(failure(Reason.QUEUE_FULL, "too many requests wait for this machine", wait));
        }
        if (arrival.patience().filter(patience -> wait.compareTo(patience) > 0).isPresent()) {
            return new Verdict.Refuse(failure(
                    Reason.BOOTING,
                    "the machine needs " + wait.toSeconds() + " s more, longer than the client waits",
                    wait));
        }
        return new Verdict.Hold();
    }

    /** The longest that a request may be held which waits since now: the deadline of the present boot, or of one that has yet to begin, and a margin. */
    Duration longestHold(Link link, Instant now) {
        Duration boot = link.bootDeadline()
                .map(deadline -> Duration.between(now, deadline))
                .filter(Duration::isPositive)
                .orElse(link.bootDeadline().isPresent() ? Duration.ZERO : limits.bootAllowance());
        return boot.plus(limits.bootMargin());
    }

    /** The failure of a request that was held for as long as it may be. */
    Failure holdExceeded(Link link, Duration linkAge) {
        String stage = link.stage().map(word -> " (" + word + ")").orElse("");
        return failure(
                Reason.ACTIVATION_DEADLINE_EXCEEDED,
                "the machine did not serve within its deadline; it is " + link.state() + stage,
                expectedWait(link, linkAge).orElse(Duration.ZERO));
    }

    /** The failure of a request that met an unreachable machine once too often. */
    Failure unreachable(Link link) {
        return failure(
                Reason.UNAVAILABLE,
                "the machine of " + link.id() + " is said to serve but does not answer",
                limits.retryDelay());
    }

    /** Why a machine that will not be started is not: the link's own reason and sentence. */
    static Failure refusal(Link link, Instant now) {
        String word = link.reason().orElse("");
        Reason reason = switch (word) {
            case "NoCapacity", "ZoneStockout" -> Reason.NO_CAPACITY;
            case "Unavailable", "BootFailed", "Preempted" -> Reason.UNAVAILABLE;
            case "BudgetExceeded" -> Reason.BUDGET_EXCEEDED;
            case "SleepingByPolicy" -> Reason.SLEEPING_BY_POLICY;
            default -> Reason.STALLED;
        };
        String said = link.message().orElse("the machine of " + link.id() + " will not be started");
        String named = word.isEmpty() || said.contains(word) ? said : word + ": " + said;
        return new Failure(reason, named, link.retryAt().map(at -> Duration.between(now, at)));
    }

    /** The time until serving that past boots suggest; empty if nothing is known, zero once it has passed. */
    public static Optional<Duration> expectedWait(Link link, Duration linkAge) {
        return link.eta().map(eta -> eta.p50().minus(linkAge)).map(left -> left.isNegative() ? Duration.ZERO : left);
    }

    private static Failure failure(Reason reason, String message, Duration wait) {
        return wait.isPositive() ? Failure.of(reason, message, wait) : Failure.of(reason, message);
    }
}
