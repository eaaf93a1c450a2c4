// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.filter;

import dev.privatellm.gateway.activation.Gate;
import dev.privatellm.gateway.activation.Gates;
import dev.privatellm.gateway.exchange.Chain;
import dev.privatellm.gateway.exchange.Exchange;
import dev.privatellm.gateway.exchange.Filter;
import dev.privatellm.gateway.exchange.Response;
import dev.privatellm.gateway.exchange.Responses;
import dev.privatellm.gateway.metrics.GatewayMetrics;
import dev.privatellm.gateway.schema.Endpoint;
import dev.privatellm.gateway.schema.Failure;
import dev.privatellm.gateway.schema.InvalidRequest;
import dev.privatellm.gateway.schema.KnownModel;
import dev.privatellm.gateway.schema.KnownStateAnswers;
import dev.privatellm.gateway.schema.Reason;
import dev.privatellm.gateway.schema.RequestReader;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Answers read calls from what is known, awake or asleep: they come by themselves from every open tool, and must never start a machine. */
public final class AnswerKnown implements Filter {
    /** A window that every model has, shown until the real one is known. */
    static final int LEAST_CONTEXT_LENGTH = 4096;

    private final Gates gates;
    private final GatewayMetrics metrics;
    private final Instant since;

    /** @param since shown as the time of models whose own is not known */
    public AnswerKnown(Gates gates, GatewayMetrics metrics, Instant since) {
        this.gates = gates;
        this.metrics = metrics;
        this.since = since;
    }

    @Override
    public void handle(Exchange exchange, Response response, Chain next) {
        switch (exchange.call().pathClass()) {
            case READ -> answer(exchange, response);
            case NOT_FOUND, HEALTH ->
                response.fail(Failure.of(
                        Reason.UNKNOWN_PATH,
                        exchange.head().method() + " " + exchange.head().path() + " is not served here"));
            case GENERATE, EMBED, MANAGE -> next.proceed(exchange, response);
        }
    }

    private void answer(Exchange exchange, Response response) {
        List<Gate> usable = gates.all().stream()
                .filter(gate -> exchange.caller().mayUse(gate.link().id().namespace()))
                .toList();
        if (usable.size() == 1) {
            exchange.stateHeaders(() -> StateHeaders.of(usable.getFirst()));
        }
        if (usable.stream().noneMatch(Gate::isServing)) {
            metrics.bootAvoided();
        }
        Optional<Gate> unreachable = usable.stream().filter(Gate::isUnreachable).findFirst();
        if (exchange.call().endpoint() == Endpoint.OLLAMA_PS && unreachable.isPresent()) {
            response.fail(FailureMapper.unreachable(unreachable.get().link().id()));
            return;
        }
        try {
            Responses.answer(
                    response, KnownStateAnswers.of(exchange.call(), asked(exchange), models(usable), exchange.id()));
        } catch (InvalidRequest offence) {
            response.fail(offence.failure());
        }
    }

    private static Optional<String> asked(Exchange exchange) throws InvalidRequest {
        return exchange.call().endpoint() == Endpoint.OLLAMA_SHOW
                ? Optional.of(RequestReader.readModel(new ByteArrayInputStream(exchange.body())))
                : Optional.empty();
    }

    private List<KnownModel> models(List<Gate> usable) {
        List<KnownModel> models = new ArrayList<>();
        TreeSet<String> listed = new TreeSet<>();
        for (Gate gate : usable) {
            List<String> names = new ArrayList<>(gate.link().models());
            gate.link().aliases().keySet().stream().sorted().forEach(names::add);
            for (String name : names) {
                if (listed.add(name)) {
                    models.add(known(name, gate));
                }
            }
        }
        return models;
    }

    private KnownModel known(String name, Gate gate) {
        return new KnownModel(
                name,
                Optional.empty(),
                gate.link().contextLength().orElse(LEAST_CONTEXT_LENGTH),
                List.of("completion", "tools"),
                "",
                since,
                gate.isServing());
    }
}
