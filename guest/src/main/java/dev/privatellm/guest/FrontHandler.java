// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.guest.Admission.NotForwarded;
import dev.privatellm.relay.ExchangeHandler;
import dev.privatellm.relay.RequestHead;
import dev.privatellm.relay.RequestListener;
import dev.privatellm.relay.ServerExchange;
import dev.privatellm.relay.Upstream;
import java.util.Optional;
import java.util.function.Supplier;

/** Admits the exchanges of one connection, whose client certificate was verified, and sends them to our own calls or to the engine. */
final class FrontHandler implements ExchangeHandler {
    private final Supplier<Optional<Role>> role;
    private final FrontParts parts;

    /** What all connections share. */
    record FrontParts(
            Supplier<TokenRing> tokens,
            OwnApi api,
            Upstream engine,
            OpenStreams streams,
            GuestStatus status,
            Metrics metrics) {}

    /** @param role of the client; asked after the handshake */
    FrontHandler(Supplier<Optional<Role>> role, FrontParts parts) {
        this.role = role;
        this.parts = parts;
    }

    @Override
    public RequestListener begin(ServerExchange exchange) {
        RequestHead head = exchange.head();
        Optional<TokenRing.Kind> token =
                parts.tokens().get().admits(head.headers().first("Authorization"));
        if (token.isEmpty()) {
            parts.metrics().unauthorized();
            return refused(exchange, 401, "bearer token missing or wrong");
        }
        Optional<Role> client = role.get();
        if (client.isEmpty()) {
            return refused(exchange, 403, "the client certificate names no role");
        }
        return head.path().startsWith(OwnApi.ROOT) ? own(exchange, client.get()) : engine(exchange, token.get());
    }

    private RequestListener own(ServerExchange exchange, Role client) {
        Optional<OwnApi.Call> call = OwnApi.Call.of(exchange.head());
        if (call.isEmpty()) {
            return refused(exchange, 404, "no such call");
        }
        return Admission.mayCall(client, call.get())
                ? parts.api().answer(call.get(), exchange)
                : refused(exchange, 403, "this call belongs to the controller");
    }

    private RequestListener engine(ServerExchange exchange, TokenRing.Kind token) {
        Optional<EngineUse> use =
                EngineUse.of(exchange.head().method(), exchange.head().path());
        if (use.isEmpty()) {
            return refused(exchange, 404, "no such path");
        }
        if (!Admission.mayUse(token, use.get())) {
            return refused(exchange, 403, "managing models takes the token for it");
        }
        Optional<NotForwarded> refusal = Admission.refusal(parts.status().current(), use.get());
        if (refusal.isPresent()) {
            return notForwarded(exchange, refusal.get());
        }
        if (use.get() == EngineUse.READ) {
            return EngineRelay.start(exchange, parts.engine(), () -> {});
        }
        Optional<Runnable> counted = parts.streams().open();
        return counted.isPresent()
                ? EngineRelay.start(exchange, parts.engine(), counted.get())
                : notForwarded(exchange, NotForwarded.FULL);
    }

    private static RequestListener refused(ServerExchange exchange, int status, String reason) {
        Answers.refuse(exchange, status, reason);
        return SmallBody.IGNORED;
    }

    private static RequestListener notForwarded(ServerExchange exchange, NotForwarded why) {
        Answers.notForwarded(exchange, why);
        return SmallBody.IGNORED;
    }
}
