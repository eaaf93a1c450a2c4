// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.RequestListener;
import dev.privatellm.relay.ServerExchange;
import java.util.Optional;

/** This machine's own calls, below {@value #ROOT}. */
final class OwnApi {
    static final String ROOT = "/pllm/v1/";

    /** Lines of the journal that are told unless another number is asked for. */
    private static final int USUAL_LINES = 100;

    /** A call, with the method that it takes. */
    enum Call {
        HEALTH("GET", "health"),
        HEARTBEAT("POST", "heartbeat"),
        DRAIN("POST", "drain"),
        BUNDLE("POST", "bundle"),
        METRICS("GET", "metrics"),
        LOGS("GET", "logs");

        private final String method;
        private final String name;

        Call(String method, String name) {
            this.method = method;
            this.name = name;
        }

        static Optional<Call> of(RequestHead head) {
            for (Call call : values()) {
                if (head.path().equals(ROOT + call.name) && head.method().equals(call.method)) {
                    return Optional.of(call);
                }
            }
            return Optional.empty();
        }
    }

    /** Takes a notice that another bundle is to be loaded. */
    interface BundleLoader {
        void load(String version, long generation);
    }

    private final HealthReport health;
    private final GuestStatus status;
    private final OpenStreams streams;
    private final DeadManSwitch deadMan;
    private final BundleLoader bundles;
    private final Metrics metrics;
    private final Journal journal;
    private final Telemetry telemetry;

    OwnApi(
            HealthReport health,
            GuestStatus status,
            OpenStreams streams,
            DeadManSwitch deadMan,
            BundleLoader bundles,
            Metrics metrics,
            Journal journal,
            Telemetry telemetry) {
        this.health = health;
        this.status = status;
        this.streams = streams;
        this.deadMan = deadMan;
        this.bundles = bundles;
        this.metrics = metrics;
        this.journal = journal;
        this.telemetry = telemetry;
    }

    RequestListener answer(Call call, ServerExchange exchange) {
        return switch (call) {
            case HEALTH -> HealthPoll.start(exchange, health, status);
            case METRICS -> {
                Answers.text(exchange, "text/plain; version=0.0.4", metrics.text());
                yield SmallBody.IGNORED;
            }
            case LOGS -> {
                int count = (int) Query.number(exchange.head().target(), "n", USUAL_LINES, Journal.KEPT_LINES);
                Answers.text(
                        exchange,
                        "text/plain; charset=utf-8",
                        String.join("\n", telemetry.with(journal.last(count), count)) + "\n");
                yield SmallBody.IGNORED;
            }
            case HEARTBEAT ->
                SmallBody.read(exchange, "heartbeat", body -> {
                    body.requiredText("holder");
                    deadMan.beat();
                    Answers.nothing(exchange);
                });
            case DRAIN ->
                SmallBody.read(exchange, "drain", body -> {
                    boolean on = body.flag("on")
                            .orElseThrow(() -> new InvalidDocument("drain.on (expected: true or false)"));
                    status.change(now -> now.withDraining(on));
                    journal.say(on ? "draining, " + streams.count() + " streams open" : "admitting streams again");
                    Answers.json(
                            exchange,
                            200,
                            JsonText.object(json -> json.writeNumberProperty("openStreams", streams.count())));
                });
            case BUNDLE ->
                SmallBody.read(exchange, "bundle", body -> {
                    String version = body.requiredText("version");
                    GuestConfig.requireVersion("bundle.version", version);
                    bundles.load(version, body.requiredNumber("generation", 1, Long.MAX_VALUE));
                    Answers.json(exchange, 202, JsonText.object(json -> {}));
                });
        };
    }
}
