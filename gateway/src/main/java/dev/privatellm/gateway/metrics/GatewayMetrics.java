// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metrics;

import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.ExchangeRecord;
import dev.privatellm.gateway.metering.TokenUsage;
import dev.privatellm.gateway.schema.Endpoint;
import dev.privatellm.gateway.schema.PathClass;
import dev.privatellm.gateway.schema.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** Feeds the metrics of {@link MetricNames}. Labels carry no text of users, and no name that was not routed. Safe to call from any thread. */
public final class GatewayMetrics implements AutoCloseable {
    /** Bytes of a label's value. */
    static final int MAX_LABEL_BYTES = 128;

    private static final double[] TOKEN_BUCKETS = powersOfFour(14);
    private static final Duration[] DURATION_BUCKETS = doublings(Duration.ofMillis(10), 14);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** The registry itself holds what it reads only weakly. */
    private final List<LongSupplier> observed = new CopyOnWriteArrayList<>();

    private final Counter bootsAvoided = registry.counter(MetricNames.BOOTS_AVOIDED);
    private final Counter keyRejections = registry.counter(MetricNames.KEY_REJECTIONS);

    /** Reads figures that others keep. */
    public void observe(LongSupplier held, LongSupplier handshakes, LongSupplier pinRejections) {
        observed.addAll(List.of(held, handshakes, pinRejections));
        Gauge.builder(MetricNames.HELD, held, LongSupplier::getAsLong).register(registry);
        FunctionCounter.builder(MetricNames.UPSTREAM_HANDSHAKES, handshakes, LongSupplier::getAsLong)
                .register(registry);
        FunctionCounter.builder(MetricNames.PIN_REJECTIONS, pinRejections, LongSupplier::getAsLong)
                .register(registry);
    }

    /** A read call was answered while no machine was awake. */
    public void bootAvoided() {
        bootsAvoided.increment();
    }

    /** An exchange is over. */
    public void ended(Exchange exchange, int status) {
        ExchangeRecord record = exchange.record();
        if (record.reason().filter(Reason.UNAUTHENTICATED::equals).isPresent()) {
            keyRejections.increment();
        }
        if (!exchange.call().pathClass().wakes()) {
            return;
        }
        Tags tags = Tags.of(
                Tag.of(MetricNames.OPERATION, operation(exchange.call().endpoint())),
                Tag.of(
                        MetricNames.REQUEST_MODEL,
                        record.servedModel().map(GatewayMetrics::label).orElse("other")));
        Tags withError = tags.and(MetricNames.ERROR_TYPE, errorType(record, status));
        timer(MetricNames.REQUEST_DURATION, withError).record(exchange.age());
        record.timeToFirstByte()
                .ifPresent(time -> timer(MetricNames.TIME_TO_FIRST_TOKEN, tags).record(time));
        if (record.held().isPositive()) {
            timer(MetricNames.HOLD_DURATION, Tags.empty()).record(record.held());
        }
        if (record.wakeCaused()) {
            registry.counter(MetricNames.WAKES).increment();
        }
        if (record.isTruncated()) {
            registry.counter(MetricNames.STREAMS_TRUNCATED).increment();
        }
        tokens(record.usage(), tags);
    }

    /** All metrics in Prometheus' text format 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private void tokens(TokenUsage usage, Tags tags) {
        tokens(usage.input(), "input", usage, tags);
        tokens(usage.output(), "output", usage, tags);
    }

    private void tokens(OptionalLong count, String type, TokenUsage usage, Tags tags) {
        if (count.isPresent()) {
            DistributionSummary.builder(MetricNames.TOKEN_USAGE)
                    .serviceLevelObjectives(TOKEN_BUCKETS)
                    .tags(tags.and(MetricNames.TOKEN_TYPE, type))
                    .register(registry)
                    .record((double) count.getAsLong());
            registry.counter(
                            MetricNames.USAGE_TOKENS,
                            Tags.of(MetricNames.CONFIDENCE, usage.confidence().word(), MetricNames.TOKEN_TYPE, type))
                    .increment((double) count.getAsLong());
        }
    }

    private Timer timer(String name, Tags tags) {
        return Timer.builder(name)
                .serviceLevelObjectives(DURATION_BUCKETS)
                .tags(tags)
                .register(registry);
    }

    private static String operation(Endpoint endpoint) {
        if (endpoint.pathClass() == PathClass.EMBED) {
            return "embeddings";
        }
        return endpoint == Endpoint.OLLAMA_GENERATE || endpoint == Endpoint.COMPLETIONS ? "text_completion" : "chat";
    }

    private static String errorType(ExchangeRecord record, int status) {
        if (record.isTruncated()) {
            return "truncated_stream";
        }
        return record.reason().map(Reason::word).orElseGet(() -> status < 400 ? "" : Integer.toString(status));
    }

    private static String label(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_LABEL_BYTES ? value : new String(bytes, 0, MAX_LABEL_BYTES, StandardCharsets.UTF_8);
    }

    private static double[] powersOfFour(int count) {
        double[] buckets = new double[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = Math.pow(4, i);
        }
        return buckets;
    }

    private static Duration[] doublings(Duration first, int count) {
        Duration[] buckets = new Duration[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = first.multipliedBy(1L << i);
        }
        return buckets;
    }
}
