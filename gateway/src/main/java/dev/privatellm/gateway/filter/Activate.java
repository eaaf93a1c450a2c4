// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.activation.Arrival;
import dev.privatellm.gateway.activation.Gate;
import dev.privatellm.gateway.activation.Gates;
import dev.privatellm.gateway.activation.Ticket;
import dev.privatellm.gateway.activation.Waiter;
import dev.privatellm.gateway.exchange.Admission;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.exchange.Responses;
import dev.privatellm.gateway.port.Limits;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.KnownStateAnswers;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.gateway.schema.RequestFacts;
import dev.privatellm.gateway.schema.RequestFacts.Intent;
import dev.privatellm.relay.Headers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets a request pass to its machine, or holds it until the machine serves, keeping its client alive meanwhile. */
public final class Activate implements Filter {
    private final Gates gates;
    private final Limits limits;

    public Activate(Gates gates, Limits limits) {
        this.gates = gates;
        this.limits = limits;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        RouteId route = exchange.record().route().orElseThrow(() -> new IllegalStateException("not routed"));
        Optional<Gate> gate = gates.gate(route);
        if (gate.isEmpty()) {
            response.fail(Failure.of(Reason.UNKNOWN_MODEL, "the resource " + route + " was deleted"));
            return;
        }
        boolean wakes = exchange.call().pathClass() != PathClass.MANAGE && !unloads(exchange);
        Passage passage = new Passage(exchange, new HeldResponse(response, exchange, gate.get(), limits), next);
        passage.begin(gate.get(), new Arrival(wakes, patience(exchange.head().headers())));
    }

    private static boolean unloads(Exchange exchange) {
        return exchange.facts().filter(facts -> facts.intent() == Intent.UNLOAD).isPresent();
    }

    /** What SDKs announce of their own limits, in seconds; all Anthropic SDKs and openai-java do (measured). */
    private static Optional<Duration> patience(Headers headers) {
        Optional<Duration> whole = seconds(headers, "x-stainless-timeout");
        Optional<Duration> read = seconds(headers, "x-stainless-read-timeout");
        return whole.isPresent() && read.isPresent() && whole.get().compareTo(read.get()) > 0
                ? read
                : whole.or(() -> read);
    }

    private static Optional<Duration> seconds(Headers headers, String name) {
        try {
            return headers.first(name)
                    .map(Double::parseDouble)
                    .filter(seconds -> seconds > 0 && seconds < Integer.MAX_VALUE)
                    .map(seconds -> Duration.ofMillis(Math.round(seconds * 1_000)));
        } catch (NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    /** One exchange on its way through the gate. Confined to the exchange's event loop, to which the gate's calls are brought. */
    private static final class Passage implements Waiter, Admission {
        private final Exchange exchange;
        private final HeldResponse response;
        private final Chain next;
        private @Nullable Ticket ticket;
        private @Nullable Link link;
        private boolean entering;
        private boolean over;

        Passage(Exchange exchange, HeldResponse response, Chain next) {
            this.exchange = exchange;
            this.response = response;
            this.next = next;
        }

        void begin(Gate gate, Arrival arrival) {
            exchange.onOver(this::leave);
            exchange.onLeft(response::left);
            entering = true;
            Ticket entered = gate.enter(arrival, this);
            entering = false;
            ticket = entered;
            if (over) {
                entered.leave();
            }
        }

        @Override
        public void admitted(Ticket given, Link to) {
            onLoop(() -> {
                ticket = given;
                link = to;
                exchange.record().held(given.held(), given.wakeCaused());
                exchange.record().route(to.id(), servedModel(), to.runId());
                response.admitted();
                exchange.admission(this);
                next.proceed(exchange, response);
            });
        }

        /** Follows at once from a call of ours, on our loop, so that nothing that follows from others overtakes it. */
        @Override
        public void held(Ticket given) {
            unlessOver(() -> {
                ticket = given;
                response.held();
            });
        }

        @Override
        public void refused(Failure failure) {
            onLoop(() -> {
                if (failure.reason() == Reason.SLEEPING_BY_POLICY && unloads(exchange)) {
                    Responses.answer(
                            response,
                            KnownStateAnswers.unloaded(
                                    exchange.call().endpoint(),
                                    exchange.facts().orElseThrow().model(),
                                    exchange.arrivedAt()));
                } else {
                    response.fail(failure);
                }
            });
        }

        /** In a turn of its own unless we have just come: one that fails at once lets the next in, and a queue of those must not be a stack of calls. */
        private void onLoop(Runnable step) {
            if (entering && exchange.eventLoop().inEventLoop()) {
                unlessOver(step);
            } else {
                exchange.eventLoop().execute(() -> unlessOver(step));
            }
        }

        private void unlessOver(Runnable step) {
            if (!over) {
                exchange.guarded(response, step);
            }
        }

        private void leave() {
            over = true;
            Ticket present = ticket;
            if (present != null) {
                exchange.record().held(present.held(), present.wakeCaused());
                present.leave();
            }
        }

        @Override
        public Link link() {
            return given(link);
        }

        @Override
        public String servedModel() {
            return exchange.record()
                    .servedModel()
                    .orElseGet(() -> exchange.facts().map(RequestFacts::model).orElse(""));
        }

        @Override
        public void turnedAway() {
            given(ticket).turnedAway();
        }

        @Override
        public void turnedAwayBusy() {
            given(ticket).turnedAwayBusy();
        }

        @Override
        public void answered() {
            exchange.forgetBody();
            given(ticket).answered();
        }

        private static <T> T given(@Nullable T value) {
            if (value == null) {
                throw new IllegalStateException("not admitted");
            }
            return value;
        }
    }
}
