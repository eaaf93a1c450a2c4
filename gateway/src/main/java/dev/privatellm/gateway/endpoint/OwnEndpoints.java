// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.endpoint;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import jakarta.inject.Inject;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Health, metrics and status. A cold machine makes nobody unready: requests for it can be accepted. */
@Controller
final class OwnEndpoints {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String LLMS = """
            # PrivateLlm
            > A large language model on a machine of its own that sleeps until somebody asks.

            - Ollama: POST /api/chat, /api/generate, /api/embed; GET /api/tags
            - OpenAI: POST /v1/chat/completions, /v1/completions, /v1/responses, /v1/embeddings; GET /v1/models
            - Anthropic: POST /v1/messages
            - A request to a sleeping model is held until its machine serves; the headers X-PrivateLlm-State and X-PrivateLlm-Eta-Seconds tell how long that takes.
            """;

    private final OwnState state;

    @Inject
    OwnEndpoints(OwnState state) {
        this.state = state;
    }

    @Get("/livez")
    @Produces(MediaType.TEXT_PLAIN)
    String live() {
        return "ok\n";
    }

    @Get("/readyz")
    @Produces(MediaType.TEXT_PLAIN)
    HttpResponse<String> ready() {
        return state.draining().getAsBoolean()
                ? HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE).body("draining\n")
                : HttpResponse.ok("ready\n");
    }

    @Get("/health")
    @Produces(MediaType.APPLICATION_JSON)
    HttpResponse<String> health() {
        boolean draining = state.draining().getAsBoolean();
        String body = JSON.writeValueAsString(
                new Health(draining ? "DRAINING" : "UP", state.status().get().routes()));
        return draining
                ? HttpResponse.<String>status(HttpStatus.SERVICE_UNAVAILABLE).body(body)
                : HttpResponse.ok(body);
    }

    private record Health(String status, List<GatewayStatus.RouteStatus> routes) {}

    @Get("/metrics")
    @Produces(PROMETHEUS)
    String metrics() {
        return state.metrics().get();
    }

    @Get("/status")
    @Produces(MediaType.APPLICATION_JSON)
    String status() {
        return JSON.writeValueAsString(state.status().get());
    }

    @Get("/llms.txt")
    @Produces(MediaType.TEXT_PLAIN)
    String llms() {
        return LLMS;
    }
}
