// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.gateway.exchange.Caller;
import dev.privatellm.gateway.filter.RouteSelector.Candidate;
import dev.privatellm.gateway.filter.RouteSelector.Choice;
import dev.privatellm.gateway.port.Accepts;
import dev.privatellm.gateway.port.ApiKey.Scope;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.port.RouteId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteSelectorTest {
    private static final Candidate AWAKE = candidate("a", "awake", Accepts.FORWARD, 3, "llama", "mistral:latest");
    private static final Candidate ASLEEP = candidate("a", "asleep", Accepts.HOLD, 0, "llama", "phi:3b");
    private static final Candidate ELSEWHERE = candidate("b", "elsewhere", Accepts.FORWARD, 0, "secret", "llama");
    private static final List<Candidate> ALL = List.of(ASLEEP, AWAKE, ELSEWHERE);
    private static final Caller OF_A = new Caller("k", Set.of(Scope.INFER), Set.of("a"), Set.of());

    @Test
    void neverWakesASecondMachineWhileOneThatIsAwakeServesTheModel() {
        assertThat(selected("llama", OF_A)).isEqualTo("a/awake llama");
    }

    @Test
    void amongAwakeMachinesTheLeastLoadedServes() {
        assertThat(selected("llama", Caller.ANONYMOUS)).isEqualTo("b/elsewhere llama");
    }

    @Test
    void impliesLatestAsOllamaDoes() {
        assertThat(selected("mistral", OF_A)).isEqualTo("a/awake mistral:latest");
        assertThat(selected("llama:latest", OF_A)).isEqualTo("a/awake llama");
    }

    @Test
    void resolvesAliases() {
        assertThat(selected("gpt-4o", OF_A)).isEqualTo("a/awake llama");
    }

    @Test
    void addressesByNamespace() {
        assertThat(selected("b/llama", Caller.ANONYMOUS)).isEqualTo("b/elsewhere llama");
        assertThat(selected("a/llama", Caller.ANONYMOUS)).isEqualTo("a/awake llama");
    }

    @Test
    void hidesRoutesAndNamesThatTheCallerMayNotUse() {
        assertThat(selected("secret", OF_A)).startsWith("none").doesNotContain("secret,");
        assertThat(selected("b/llama", OF_A)).startsWith("none");
        Caller onlyPhi = new Caller("k", Set.of(Scope.INFER), Set.of("a"), Set.of("phi:3b"));
        assertThat(selected("llama", onlyPhi)).startsWith("none");
        assertThat(selected("phi:3b", onlyPhi)).isEqualTo("a/asleep phi:3b");
    }

    private static String selected(String asked, Caller caller) {
        return switch (RouteSelector.select(asked, caller, ALL)) {
            case Choice.Selected(Link link, String model) -> link.id() + " " + model;
            case Choice.NoRoute noRoute -> "none: " + noRoute.failure().message();
        };
    }

    private static Candidate candidate(String namespace, String name, Accepts accepts, int inFlight, String... models) {
        Link link = new Link(
                new RouteId(namespace, name),
                "uid",
                1,
                Optional.empty(),
                List.of(models),
                Map.of("gpt-4o", models[0]),
                4,
                Optional.empty(),
                accepts,
                "State",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Candidate(link, 0, inFlight);
    }
}
