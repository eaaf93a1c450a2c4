// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Duration;
import java.util.Optional;

/** Turns an {@link Ask} into tokens at the set speed, whatever dialect they are for: the one place that counts, paces and breaks generations. */
final class Generator {

    /** Least time per token of an answer without end, so that one that nobody reads does not take a whole core. */
    private static final Duration ENDLESS_PACE = Duration.ofMillis(1);

    /** What a call gets that names no model, on most routes. */
    static final String NO_MODEL = "model is required";

    private final EngineOptions options;
    private final Loader loader;
    private final Faults faults;
    private final PromptCache cache = new PromptCache();

    Generator(EngineOptions options, Loader loader, Faults faults) {
        this.options = options;
        this.loader = loader;
        this.faults = faults;
    }

    /**
     * The model, if it is there and can do that; otherwise the refusal is sent.
     *
     * @param verb {@code chat} or {@code generate}
     */
    Optional<EngineModel> model(Exchange exchange, String name, String verb, ErrorForm errors) throws ClientGone {
        if (name.isEmpty() && verb.equals("chat")) {
            errors.answer(exchange, 400, NO_MODEL);
            return Optional.empty();
        }
        exchange.asksFor(name);
        Optional<EngineModel> found = options.store().find(name);
        if (found.isEmpty()) {
            errors.answer(exchange, 404, "model '" + name + "' not found");
        } else if (found.get().embedsOnly()) {
            errors.answer(exchange, 400, "\"" + name + "\" does not support " + verb);
            return Optional.empty();
        }
        return found;
    }

    /** Whether to go on; a model that cannot think refuses to be asked for it. */
    boolean allowsThinking(Exchange exchange, Ask ask, EngineModel model, ErrorForm errors) throws ClientGone {
        if (Boolean.TRUE.equals(ask.thinks()) && !model.thinks()) {
            errors.answer(exchange, 400, "\"" + ask.model() + "\" does not support thinking");
            return false;
        }
        return true;
    }

    /** Loads or unloads without generating. */
    void preload(Exchange exchange, EngineModel model, boolean unload) throws ClientGone {
        if (unload) {
            loader.unload(model);
        } else {
            loader.load(model, exchange);
        }
    }

    /** Generates to the end, the limit or the fault. A model that is asked nothing is only loaded. */
    void generate(Exchange exchange, Ask ask, EngineModel model, ErrorForm errors, Frames frames) throws ClientGone {
        if (ask.conversation().isEmpty()) {
            frames.done(Outcome.loaded(loader.load(model, exchange)));
            return;
        }
        Optional<EngineFault> fault = faults.take(ask.conversation().question());
        if (fault.orElse(null) instanceof EngineFault.Refuse refuse) {
            errors.answer(exchange, refuse.status(), refuse.message());
            return;
        }
        Duration load = loader.load(model, exchange);
        long evaluating = System.nanoTime();
        exchange.pause(options.timeToFirstToken());
        long input = ask.conversation().tokens();
        long cached = cache.take(model.name(), ask.conversation().text(), input);
        exchange.evaluated(input);

        boolean endless = fault.orElse(null) instanceof EngineFault.Endless;
        Script script = Script.of(ask, model, endless);
        int spoken = endless ? Integer.MAX_VALUE : Math.min(script.spokenTokens(), ask.limit());
        long perToken = Math.max(options.timePerToken().toNanos(), endless ? ENDLESS_PACE.toNanos() : 0);
        long generating = System.nanoTime();
        int count = 0;
        while (true) {
            if (fault.isPresent() && breaks(fault.get(), count, exchange, frames)) {
                return;
            }
            if (count == spoken) {
                break;
            }
            pace(exchange, generating + perToken * count);
            String token = script.token(count);
            exchange.generated(count + 1L);
            if (script.isThinking(count)) {
                frames.thinking(token);
            } else {
                frames.text(token);
            }
            count++;
        }
        ToolCall call = script.toolCall();
        if (call != null && count < ask.limit()) {
            count += (int) Pieces.count(Json.text(call.arguments())) + 1;
            pace(exchange, generating + perToken * count);
            exchange.generated(count);
            frames.toolCall(call);
        }
        boolean whole = count >= script.spokenTokens();
        exchange.generated(count);
        frames.done(new Outcome(
                whole ? "stop" : "length",
                input,
                cached,
                count,
                load,
                Duration.ofNanos(generating - evaluating),
                Duration.ofNanos(Math.max(1, System.nanoTime() - generating))));
    }

    /** Whether this is the moment the fault sets in; the exchange has ended then. */
    private static boolean breaks(EngineFault fault, int count, Exchange exchange, Frames frames) throws ClientGone {
        switch (fault) {
            case EngineFault.CutAfter cut when cut.tokens() == count -> exchange.cut();
            case EngineFault.ErrorAfter error when error.tokens() == count -> frames.failed(error.message());
            case EngineFault.CutAfter _, EngineFault.ErrorAfter _, EngineFault.Refuse _, EngineFault.Endless _ -> {
                return false;
            }
        }
        return true;
    }

    /** Waits until a token is due; what a slow reader cost is made up for. */
    private static void pace(Exchange exchange, long due) throws ClientGone {
        long left = due - System.nanoTime();
        if (left > 0) {
            exchange.pause(Duration.ofNanos(left));
        }
    }
}
