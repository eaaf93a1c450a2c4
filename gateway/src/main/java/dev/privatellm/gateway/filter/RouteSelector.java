// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.exchange.Caller;
import dev.privatellm.gateway.port.Link;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.NearestNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Decides which machine serves a request: by the model's name, exactly, as an alias, or with Ollama's implied {@code :latest}; also as
 * {@code namespace/model}. Among several, one that is awake goes before one that sleeps, then the one with the fewest requests per slot; a second machine is
 * never woken while an awake one has a free slot. Pure.
 */
public final class RouteSelector {
    private static final String LATEST = ":latest";

    private RouteSelector() {}

    /** A machine and how busy it is. */
    public record Candidate(Link link, int held, int inFlight) {
        private double load() {
            return (held + inFlight) / (double) link.slots();
        }
    }

    /** The choice. */
    public sealed interface Choice {
        /** This machine, whose engine knows the model by {@code servedModel}. */
        record Selected(Link link, String servedModel) implements Choice {}

        /** No machine has such a model, or none that the caller may use. */
        record NoRoute(Failure failure) implements Choice {}
    }

    private record Match(Candidate candidate, String servedModel) {}

    /** Chooses among the candidates those that the caller may use, and of them the best. */
    public static Choice select(String asked, Caller caller, Collection<Candidate> candidates) {
        List<Candidate> usable = candidates.stream()
                .filter(candidate -> caller.mayUse(candidate.link().id().namespace()))
                .toList();
        boolean allowed = caller.models().isEmpty() || caller.models().contains(asked);
        List<Match> matches = allowed ? matches(asked, usable) : List.of();
        return matches.stream()
                .min(Comparator.comparingInt((Match match) -> rank(match.candidate()))
                        .thenComparingDouble(match -> match.candidate().load())
                        .thenComparing(match -> match.candidate().link().id()))
                .<Choice>map(best -> new Choice.Selected(best.candidate().link(), best.servedModel()))
                .orElseGet(() -> new Choice.NoRoute(NearestNames.failure(asked, names(usable))));
    }

    /** The names that a caller may ask for, aliases included, in alphabetical order. */
    public static List<String> names(Collection<Candidate> candidates) {
        TreeSet<String> names = new TreeSet<>();
        for (Candidate candidate : candidates) {
            names.addAll(candidate.link().models());
            names.addAll(candidate.link().aliases().keySet());
        }
        return List.copyOf(names);
    }

    private static List<Match> matches(String asked, List<Candidate> candidates) {
        List<Match> matches = new ArrayList<>();
        for (Candidate candidate : candidates) {
            served(asked, candidate.link()).ifPresent(model -> matches.add(new Match(candidate, model)));
        }
        if (!matches.isEmpty()) {
            return matches;
        }
        for (Candidate candidate : candidates) {
            String prefix = candidate.link().id().namespace() + "/";
            if (asked.startsWith(prefix)) {
                served(asked.substring(prefix.length()), candidate.link())
                        .ifPresent(model -> matches.add(new Match(candidate, model)));
            }
        }
        return matches;
    }

    private static Optional<String> served(String asked, Link link) {
        if (link.models().contains(asked)) {
            return Optional.of(asked);
        }
        String alias = link.aliases().get(asked);
        if (alias != null) {
            return Optional.of(alias);
        }
        String other = asked.endsWith(LATEST) ? asked.substring(0, asked.length() - LATEST.length()) : asked + LATEST;
        return link.models().contains(other) ? Optional.of(other) : Optional.empty();
    }

    private static int rank(Candidate candidate) {
        return switch (candidate.link().accepts()) {
            case FORWARD -> 0;
            case HOLD -> candidate.link().stage().isPresent() ? 1 : 2;
            case REFUSE -> 3;
        };
    }
}
