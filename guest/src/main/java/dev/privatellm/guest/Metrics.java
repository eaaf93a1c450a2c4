// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.concurrent.atomic.LongAdder;

/** Counters in Prometheus' text format. Names and numbers only. Thread-safe. */
final class Metrics {
    private final OpenStreams streams;
    private final GuestStatus status;
    private final Telemetry telemetry;
    private final LongAdder handshakes = new LongAdder();
    private final LongAdder handshakesRefused = new LongAdder();
    private final LongAdder unauthorized = new LongAdder();

    Metrics(OpenStreams streams, GuestStatus status, Telemetry telemetry) {
        this.streams = streams;
        this.status = status;
        this.telemetry = telemetry;
    }

    void handshake(boolean succeeded) {
        (succeeded ? handshakes : handshakesRefused).increment();
    }

    void unauthorized() {
        unauthorized.increment();
    }

    String text() {
        return gauge("pllm_open_streams", streams.count())
                + counter("pllm_streams_total", streams.opened())
                + counter("pllm_handshakes_total", handshakes.sum())
                + counter("pllm_handshakes_refused_total", handshakesRefused.sum())
                + counter("pllm_unauthorized_total", unauthorized.sum())
                + gauge("pllm_bundle_generation", status.current().generation())
                + gauge("pllm_ready", status.current().word().equals("ready") ? 1 : 0)
                + telemetry.gpuMetrics();
    }

    private static String gauge(String name, long value) {
        return "# TYPE " + name + " gauge\n" + name + " " + value + "\n";
    }

    private static String counter(String name, long value) {
        return "# TYPE " + name + " counter\n" + name + " " + value + "\n";
    }
}
