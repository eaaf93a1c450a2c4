// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the gateway knows of one machine: one generation of the documents that the control plane publishes.
 *
 * @param uid identity of the resource; a new one under the same name is another resource
 * @param generation changes whenever address, certificates, pins or tokens do; connections of another generation are not reused
 * @param access how the machine is reached; empty until one has been certified
 * @param models names under which the engine knows its models; the first is the main one
 * @param aliases further names, each with the model it stands for
 * @param slots requests that the engine answers at the same time; at least 1
 * @param contextLength window in tokens that the engine loads its models with; at least 1, empty if not known
 * @param state word of the life cycle, for people
 * @param stage step of the present boot, for people; empty when nothing is under way
 * @param percent progress within the stage
 * @param eta time until serving, as learned from past boots
 * @param bootDeadline latest moment at which the present boot must serve; empty when no boot is under way
 * @param reason why the machine does not serve, one CamelCase word; empty when it does
 * @param message the reason in a sentence for people
 * @param retryAt when the control plane will try again by itself
 * @param pricePerHour what the running machine costs, in the account's currency
 * @param runId the present run of the machine, from start to stop
 */
public record Link(
        RouteId id,
        String uid,
        long generation,
        Optional<Access> access,
        List<String> models,
        Map<String, String> aliases,
        int slots,
        Optional<Integer> contextLength,
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

    public Link {
        models = List.copyOf(models);
        aliases = Map.copyOf(aliases);
        if (slots < 1) {
            throw new IllegalArgumentException("slots: " + slots + " (expected: >= 1)");
        }
        if (contextLength.filter(tokens -> tokens < 1).isPresent()) {
            throw new IllegalArgumentException("contextLength: " + contextLength.get() + " (expected: >= 1)");
        }
    }

    /** Half of the boots were faster than {@code p50}, nine in ten faster than {@code p90}. */
    public record Eta(Duration p50, Duration p90) {}

    /**
     * How a machine is reached and how both sides prove themselves.
     *
     * @param endpoint {@code https://address:port}
     * @param serverName name in the machine's certificate: sent as SNI and checked, since an address is dialled
     * @param pins SHA-256 of the trusted server leaves
     * @param certificate our certificate chain, PEM
     * @param key our private key
     * @param trustAnchors certificates of the issuers that we trust for the server, PEM
     * @param inferToken bearer of ordinary calls
     * @param manageToken bearer of calls that change models; empty where these are switched off
     */
    public record Access(
            URI endpoint,
            String serverName,
            Pins pins,
            String certificate,
            Sensitive key,
            String trustAnchors,
            Sensitive inferToken,
            Optional<Sensitive> manageToken) {

        public Access {
            if (!"https".equals(endpoint.getScheme()) || endpoint.getHost() == null || endpoint.getPort() < 1) {
                throw new IllegalArgumentException("endpoint: " + endpoint + " (expected: https://address:port)");
            }
            if (serverName.isEmpty()) {
                throw new IllegalArgumentException(
                        "serverName: empty (expected: the name in the machine's certificate)");
            }
        }
    }
}
