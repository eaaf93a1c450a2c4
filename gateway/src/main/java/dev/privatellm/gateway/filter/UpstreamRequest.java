// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.Sensitive;
import dev.privatellm.gateway.schema.Edit;
import dev.privatellm.gateway.schema.RequestFacts;
import dev.privatellm.relay.Headers;
import dev.privatellm.relay.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A request as the machine is sent it. Only what an engine may need passes, by name; what proves the client's identity to us stays here, and what proves
 * ours to the machine is added. The body is the client's own, but for the model's name where an alias was used and the wish for usage where it is missing.
 */
final class UpstreamRequest {
    private static final Set<String> PASSED = Set.of("content-type", "accept", "user-agent");
    private static final List<String> PASSED_FAMILIES = List.of("anthropic-", "openai-");

    private UpstreamRequest() {}

    static RequestHead head(Exchange exchange, Link.Access access, Sensitive token) {
        Headers passed = exchange.head().headers().keeping(UpstreamRequest::passes);
        Headers headers = passed.adding("Host", access.serverName())
                .adding("Authorization", "Bearer " + token.value())
                .adding("Accept-Encoding", "identity");
        return RequestHead.of(exchange.head().method(), exchange.call().path(), headers);
    }

    static byte[] body(Exchange exchange, String servedModel) {
        List<Edit> edits = new ArrayList<>();
        exchange.facts().flatMap(RequestFacts::forcedUsage).ifPresent(edits::add);
        exchange.facts()
                .filter(facts -> !facts.model().equals(servedModel))
                .map(facts -> facts.renamed(servedModel))
                .ifPresent(edits::add);
        return edits.isEmpty() ? exchange.body() : Edit.applyAll(exchange.body(), edits);
    }

    private static boolean passes(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return PASSED.contains(lower) || PASSED_FAMILIES.stream().anyMatch(lower::startsWith);
    }
}
