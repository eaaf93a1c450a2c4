// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a gateway is told of a machine, apart from keys and certificates.
 *
 * @param generation of the certificates that belong to it; 0 before the first
 * @param endpoint {@code https://address:port}; empty while the machine has no address
 * @param serverName name in the machine's certificate
 * @param pins trusted leaves; empty before the first certificates
 * @param models names that the engine knows, the main one first
 * @param aliases further names, each with the model it stands for
 * @param slots requests that the engine answers at the same time
 * @param contextLength window in tokens that the engine loads its models with
 * @param accepts what to do with a request that arrives now
 * @param state word of the life cycle
 * @param stage step that is under way; empty when none is
 * @param percent progress within the stage
 * @param eta seconds until serving
 * @param bootDeadline latest moment at which the present boot must serve
 * @param reason why it does not serve; empty when it does
 * @param message the reason in a sentence
 * @param retryAt when the next attempt is made by itself
 * @param pricePerHour what the running machine costs
 * @param runId the present run, from start to stop
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"schema", "namespace", "name", "uid", "generation"})
public record LinkDocument(
        String namespace,
        String name,
        String uid,
        long generation,
        Optional<String> endpoint,
        Optional<String> serverName,
        Optional<Pins> pins,
        List<String> models,
        Map<String, String> aliases,
        int slots,
        int contextLength,
        Accepts accepts,
        String state,
        Optional<String> stage,
        Optional<Integer> percent,
        Optional<Eta> eta,
        Optional<Instant> bootDeadline,
        Optional<String> reason,
        Optional<String> message,
        Optional<Instant> retryAt,
        Optional<Double> pricePerHour,
        Optional<String> runId) {

    /** Version of the form in which links are written. */
    public static final int SCHEMA = 1;

    public LinkDocument {
        models = List.copyOf(models);
        aliases = Map.copyOf(aliases);
    }

    @JsonProperty
    int schema() {
        return SCHEMA;
    }

    /** Hint to gateways. */
    public enum Accepts {
        @JsonProperty("forward")
        FORWARD,
        @JsonProperty("hold")
        HOLD,
        @JsonProperty("refuse")
        REFUSE
    }

    /** SHA-256 of the leaves that are trusted; {@code next} while a renewal is under way. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Pins(String current, Optional<String> next) {}

    /** Seconds until serving: half of the boots were faster than {@code p50}, nine in ten faster than {@code p90}. */
    public record Eta(double p50, double p90) {
        public static Eta of(Duration p50, Duration p90) {
            return new Eta(p50.toMillis() / 1000.0, p90.toMillis() / 1000.0);
        }
    }
}
