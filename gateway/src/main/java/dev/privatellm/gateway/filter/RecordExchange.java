// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.ExchangeRecord;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.ForwardingResponse;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.metrics.GatewayMetrics;
import dev.privatellm.gateway.port.RouteId;
import dev.privatellm.gateway.port.UsageLedger;
import dev.privatellm.gateway.port.UsageRow;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.gateway.schema.RequestFacts;
import dev.privatellm.relay.Headers;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down each exchange once, when it is over: a line in the log, the metrics, and a row in the ledger if it was routed. */
public final class RecordExchange implements Filter {
    private static final Logger LOG = LoggerFactory.getLogger(RecordExchange.class);

    /** For exchanges whose client left before a status was sent; nobody ever receives it. */
    static final int CLIENT_LEFT = 499;

    private final GatewayMetrics metrics;
    private final RouteUsage usage;
    private final UsageLedger ledger;

    public RecordExchange(GatewayMetrics metrics, RouteUsage usage, UsageLedger ledger) {
        this.metrics = metrics;
        this.usage = usage;
        this.ledger = ledger;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        next.proceed(exchange, new Recording(response, exchange));
    }

    private void write(Exchange exchange, int status) {
        ExchangeRecord record = exchange.record();
        LOG.info(
                "{} {} {} {} in {} ms, held {} ms, key {}, route {}, {}",
                exchange.id(),
                exchange.head().method(),
                exchange.call().path(),
                status,
                exchange.age().toMillis(),
                record.held().toMillis(),
                exchange.caller().keyId(),
                record.route().map(RouteId::toString).orElse("-"),
                record.reason().map(Reason::word).orElse("-"));
        metrics.ended(exchange, status);
        Optional<RouteId> route = record.route();
        Optional<RequestFacts> facts = exchange.facts();
        if (route.isPresent() && facts.isPresent()) {
            usage.add(route.get(), record.usage());
            ledger.append(row(exchange, route.get(), facts.get(), status));
        }
    }

    private static UsageRow row(Exchange exchange, RouteId route, RequestFacts facts, int status) {
        ExchangeRecord record = exchange.record();
        return new UsageRow(
                exchange.id(),
                exchange.arrivedAt(),
                exchange.caller().keyId(),
                route,
                facts.model(),
                record.servedModel().orElse(facts.model()),
                exchange.call().path(),
                facts.stream(),
                status,
                record.reason().map(Reason::word),
                record.usage(),
                record.timeToFirstByte(),
                record.held(),
                exchange.age(),
                record.wakeCaused(),
                record.runId());
    }

    private final class Recording extends ForwardingResponse {
        private final Exchange exchange;
        private int status = CLIENT_LEFT;
        private boolean written;

        Recording(Response next, Exchange exchange) {
            super(next);
            this.exchange = exchange;
            exchange.onLeft(this::write);
        }

        @Override
        public void head(int sent, Headers headers) {
            status = sent;
            super.head(sent, headers);
        }

        @Override
        public void end() {
            super.end();
            write();
        }

        @Override
        public void abort() {
            super.abort();
            write();
        }

        @Override
        public void fail(Failure failure) {
            if (status == CLIENT_LEFT) {
                status = failure.reason().status();
            }
            super.fail(failure);
            write();
        }

        private void write() {
            if (!written) {
                written = true;
                RecordExchange.this.write(exchange, status);
            }
        }
    }
}
