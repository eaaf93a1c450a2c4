// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.endpoint;

import dev.privatellm.gateway.filter.Credentials;
import dev.privatellm.gateway.filter.Credentials.Proof;
import dev.privatellm.gateway.port.ApiKey.Scope;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import jakarta.inject.Inject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows what is inside only to callers on this machine and to holders of an {@code admin} key; probes need neither. */
@ServerFilter("/**")
final class GuardOwnEndpoints {
    private static final Set<String> OPEN = Set.of("/livez", "/readyz");
    private static final Set<String> FOR_EVERYBODY_KNOWN = Set.of("/llms.txt");

    private final OwnState state;

    @Inject
    GuardOwnEndpoints(OwnState state) {
        this.state = state;
    }

    /** Returns the refusal, or null to go on. */
    @RequestFilter
    @Nullable
    HttpResponse<?> guard(HttpRequest<?> request) {
        String path = request.getPath();
        if (OPEN.contains(path)) {
            return null;
        }
        boolean named = request.getHeaders().getAll("Host").stream().allMatch(state.hosts()::allowHost)
                && request.getHeaders().getAll("Origin").stream().allMatch(state.hosts()::allowOrigin);
        if (!named) {
            return HttpResponse.status(HttpStatus.FORBIDDEN);
        }
        if (FOR_EVERYBODY_KNOWN.contains(path) || Credentials.isLoopback(request.getRemoteAddress())) {
            return null;
        }
        Proof proof = state.credentials()
                .prove(
                        request.getHeaders().getAll("Authorization"),
                        request.getHeaders().getAll("x-api-key"),
                        request.getRemoteAddress());
        return switch (proof) {
            case Proof.Refused _ -> HttpResponse.status(HttpStatus.UNAUTHORIZED);
            case Proof.Known known ->
                known.caller().may(Scope.ADMIN) ? null : HttpResponse.status(HttpStatus.FORBIDDEN);
        };
    }
}
