// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static dev.privatellm.e2e.Caller.PATIENCE;
import static dev.privatellm.e2e.Caller.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demo with a real Ollama as its machine's engine: nothing between a client and a model is ours but the way. */
class RealOllamaTest {
    private static final Duration WHOLE_TOUR = Duration.ofMinutes(3);

    /** What a client says to hear the same words as another one. */
    private static final String CHAT = """
            {"model":"tiny","messages":[{"role":"user","content":"hi"}],"stream":false,"options":{"temperature":0}}""";

    /** A line of what Ollama's program reports with {@code --verbose}. */
    private static final Pattern EVAL_COUNT = Pattern.compile("(?m)^eval count: +(\\d+) token");

    @RegisterExtension
    static final RealEngine ENGINE = RealEngine.shared();

    @RegisterExtension
    final Processes processes = Processes.ofTest();

    @Test
    void provesTheTourWithARealEngine() throws Exception {
        var demo = demo("--once", "--boot", "0s", "--idle", "2s", "-o", "json");

        assertThat(demo.awaitExit(WHOLE_TOUR)).as(demo.err()).isZero();
        assertThat(json(demo.out()).path("proof").valueStream())
                .isNotEmpty()
                .allSatisfy(claim -> assertThat(claim.path("ok").asBoolean())
                        .as(claim.toString())
                        .isTrue());
    }

    @Test
    @DisplayName(
            "P14 Ollama's own program lists and shows models while the machine sleeps; with curl and an SDK it is answered from one wake")
    void answersOllamasProgramCurlAndAnSdkFromOneWake() throws Exception {
        var demo = demo("--boot", "5s");
        var server = Server.of(demo, state());

        assertThat(ollama(server, "list").out()).contains("tiny ").contains("tiny-embed ");
        assertThat(ollama(server, "show", "tiny").out()).contains("completion");
        assertThat(ollama(server, "ps").out().lines()).as("a heading only").hasSize(1);
        ollama(server, "stop", "tiny");
        assertThat(server.status().path("runs").size()).as("wakes").isZero();

        var byProgram = later(() -> ollama(server, "run", "--verbose", "tiny", "hi"));
        var byCurl = later(() -> curl(server));
        var bySdk = later(() -> sdk(server));
        var printed = within(PATIENCE, byProgram);
        var posted = within(PATIENCE, byCurl);
        var completed = within(PATIENCE, bySdk);

        String words = chatDirectly().path("message").path("content").asString();
        assertThat(printed.out().strip().split(" ")).hasSameSizeAs(words.strip().split(" "));
        assertThat(posted.path("message").path("content").asString()).isEqualTo(words);
        assertThat(completed.choices().getFirst().message().content()).contains(words);
        long tokens = evalCount(printed)
                + posted.path("eval_count").asLong()
                + completed.usage().orElseThrow().completionTokens();
        Program.patiently().untilAsserted(() -> {
            assertThat(exact(server).path("requests").asInt()).isEqualTo(3);
            assertThat(exact(server).path("outputTokens").asLong()).isEqualTo(tokens);
        });
        assertThat(server.status().path("runs").size()).as("wakes").isEqualTo(1);
        assertThat(ollama(server, "ps").out()).contains("tiny ", "Forever").doesNotContain("CPU", "Stopping");

        demo.terminate();
        assertThat(demo.awaitExit(Program.PATIENCE)).as(demo.err()).isZero();
    }

    private Program demo(String... more) throws IOException {
        return ENGINE.demo(processes, state(), more);
    }

    private Path state() throws IOException {
        return processes.folder().resolve("demo");
    }

    private Tool ollama(Server server, String... arguments) throws Exception {
        var ollama = Tool.run(
                processes.folder(),
                PATIENCE,
                Map.of("OLLAMA_HOST", server.url().getAuthority()),
                Stream.concat(Stream.of(ENGINE.program().toString()), Stream.of(arguments))
                        .toList());
        assertThat(ollama.exit()).as(ollama.err()).isZero();
        return ollama;
    }

    private JsonNode curl(Server server) throws Exception {
        URI url = server.url().resolve("/api/chat");
        var curl = Tool.run(
                processes.folder(), PATIENCE, Map.of(), List.of("curl", "-sS", url.toString(), "--json", CHAT));
        assertThat(curl.exit()).as(curl.err()).isZero();
        return json(curl.out());
    }

    private static ChatCompletion sdk(Server server) {
        var client = OpenAIOkHttpClient.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("any")
                .build();
        try {
            return client.chat()
                    .completions()
                    .create(ChatCompletionCreateParams.builder()
                            .model("tiny")
                            .addUserMessage("hi")
                            .temperature(0)
                            .build());
        } finally {
            client.close();
        }
    }

    private static JsonNode chatDirectly() throws Exception {
        try (var engine = new Wire(ENGINE.url())) {
            return json(engine.send("POST", "/api/chat", CHAT).body());
        }
    }

    private static JsonNode exact(Server server) {
        return server.status().at("/gateway/routes/0/totals/exact");
    }

    private static long evalCount(Tool program) {
        var matcher = EVAL_COUNT.matcher(program.err());
        assertThat(matcher.find()).as(program.err()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static <T> CompletableFuture<T> later(Callable<T> call) {
        var coming = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                coming.complete(call.call());
            } catch (Throwable failure) {
                coming.completeExceptionally(failure);
            }
        });
        return coming;
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
