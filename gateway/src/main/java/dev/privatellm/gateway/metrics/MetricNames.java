// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metrics;

/** The names of all metrics and of their attributes: OpenTelemetry's {@code gen_ai.*} where it has one, ours otherwise. */
public final class MetricNames {
    /** Whole requests at this server, seconds. */
    public static final String REQUEST_DURATION = "gen_ai.server.request.duration";

    /** From dispatch to the engine's first body byte, seconds; hold and heartbeats excluded. */
    public static final String TIME_TO_FIRST_TOKEN = "gen_ai.server.time_to_first_token";

    /** Tokens of one request. */
    public static final String TOKEN_USAGE = "gen_ai.client.token.usage";

    /** Requests waiting for a machine. */
    public static final String HELD = "privatellm.held";

    /** How long they waited, seconds. */
    public static final String HOLD_DURATION = "privatellm.hold.duration";

    /** Requests that found a sleeping machine which nobody else needed. */
    public static final String WAKES = "privatellm.wakes";

    /** Read calls answered while no machine was awake. */
    public static final String BOOTS_AVOIDED = "privatellm.boots.avoided";

    /** Tokens, by confidence and type. */
    public static final String USAGE_TOKENS = "privatellm.usage.tokens";

    /** Answers that broke off. */
    public static final String STREAMS_TRUNCATED = "privatellm.streams.truncated";

    /** TLS handshakes with machines. */
    public static final String UPSTREAM_HANDSHAKES = "privatellm.upstream.handshakes";

    /** Machines refused because of their pin. */
    public static final String PIN_REJECTIONS = "privatellm.pin.rejections";

    /** Requests without a valid key. */
    public static final String KEY_REJECTIONS = "privatellm.key.rejections";

    static final String OPERATION = "gen_ai.operation.name";
    static final String REQUEST_MODEL = "gen_ai.request.model";
    static final String TOKEN_TYPE = "gen_ai.token.type";
    static final String ERROR_TYPE = "error.type";
    static final String CONFIDENCE = "confidence";

    private MetricNames() {}
}
