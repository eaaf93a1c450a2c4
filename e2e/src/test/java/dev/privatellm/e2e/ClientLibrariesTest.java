// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.models.messages.MessageCreateParams;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Client libraries as they are published, with their own patience and retries, against a machine that sleeps. They do not know that there is one. */
class ClientLibrariesTest {
    /** Longer than the grace in which nothing is sent, so that every one of them meets a sign of life of its own dialect. */
    private static final Duration BOOT = Duration.ofSeconds(8);

    /** Longer than a cold start on a busy machine, shorter than what the libraries would wait for. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Document DOCUMENT = Document.of("client-libraries");
    private static final String PROMPT = "Why does the quiet machine wake?";

    @RegisterExtension
    final Processes processes = Processes.ofTest();

    @Test
    @DisplayName(
            "P7 C1 every client library gets its whole answer, streamed and not, from one wake of a sleeping machine")
    void everyLibraryGetsItsAnswersFromOneWake() throws Exception {
        var emulator = Emulator.start(processes, BOOT.toSeconds() + "s");
        var server = Server.start(processes, emulator, DOCUMENT);
        var url = server.url().toString();

        Map<String, Callable<String>> calls = Map.of(
                "openai", () -> openAi(url),
                "openai streamed", () -> openAiStreamed(url),
                "anthropic", () -> anthropic(url),
                "anthropic streamed", () -> anthropicStreamed(url),
                "ollama", () -> ollama(url),
                "ollama streamed", () -> ollamaStreamed(url));
        var answers = new LinkedHashMap<String, Future<String>>();
        long asked = System.nanoTime();
        // Not virtual threads: two of the libraries initialise the same classes beside each other, which pins the
        // carriers that the owner of a lock would need.
        var executor =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());
        calls.forEach((name, call) -> answers.put(name, executor.submit(call)));
        executor.shutdown();
        assertThat(executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(() -> "every call has ended; still waiting: " + unanswered(answers))
                .isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - asked))
                .as("a cold start")
                .isGreaterThan(BOOT);
        // The engine answers the same prompt with the same words, so a stream that lost some would differ.
        assertThat(answers).allSatisfy((name, answer) -> {
            assertThat(answer.state())
                    .as(() -> name + ": " + answer.exceptionNow())
                    .isEqualTo(Future.State.SUCCESS);
            assertThat(answer.resultNow()).as(name).isNotBlank();
        });
        for (var library : new String[] {"openai", "anthropic", "ollama"}) {
            assertThat(answers.get(library + " streamed").resultNow())
                    .isEqualTo(answers.get(library).resultNow());
        }
        assertThat(emulator.bill(DOCUMENT.project())).as("wakes").hasSize(1);
        assertThat(emulator.answers(DOCUMENT.model()).stream()
                        .filter(row -> row.path("outputTokens").asInt(0) > 0))
                .as("generations, each asked for once")
                .hasSize(calls.size());
    }

    private static List<String> unanswered(Map<String, Future<String>> answers) {
        return answers.entrySet().stream()
                .filter(answer -> !answer.getValue().isDone())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String openAi(String url) {
        var client =
                OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey("any").build();
        try {
            return client.chat()
                    .completions()
                    .create(openAiRequest())
                    .choices()
                    .getFirst()
                    .message()
                    .content()
                    .orElseThrow();
        } finally {
            client.close();
        }
    }

    private static String openAiStreamed(String url) {
        var client =
                OpenAIOkHttpClient.builder().baseUrl(url + "/v1").apiKey("any").build();
        try (var stream = client.chat().completions().createStreaming(openAiRequest())) {
            return stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .collect(Collectors.joining());
        } finally {
            client.close();
        }
    }

    private static ChatCompletionCreateParams openAiRequest() {
        return ChatCompletionCreateParams.builder()
                .model(DOCUMENT.model())
                .addUserMessage(PROMPT)
                .build();
    }

    private static String anthropic(String url) {
        var client = AnthropicOkHttpClient.builder().baseUrl(url).apiKey("any").build();
        try {
            return client.messages().create(anthropicRequest()).content().stream()
                    .flatMap(block -> block.text().stream())
                    .map(text -> text.text())
                    .collect(Collectors.joining());
        } finally {
            client.close();
        }
    }

    private static String anthropicStreamed(String url) {
        var client = AnthropicOkHttpClient.builder().baseUrl(url).apiKey("any").build();
        try (var stream = client.messages().createStreaming(anthropicRequest())) {
            return stream.stream()
                    .flatMap(event -> event.contentBlockDelta().stream())
                    .flatMap(delta -> delta.delta().text().stream())
                    .map(text -> text.text())
                    .collect(Collectors.joining());
        } finally {
            client.close();
        }
    }

    private static MessageCreateParams anthropicRequest() {
        return MessageCreateParams.builder()
                .model(DOCUMENT.model())
                .maxTokens(1000)
                .addUserMessage(PROMPT)
                .build();
    }

    private static String ollama(String url) {
        return OllamaChatModel.builder()
                .baseUrl(url)
                .modelName(DOCUMENT.model())
                .build()
                .chat(PROMPT);
    }

    private static String ollamaStreamed(String url) throws Exception {
        var text = new StringBuilder();
        var end = new CompletableFuture<String>();
        OllamaStreamingChatModel.builder()
                .baseUrl(url)
                .modelName(DOCUMENT.model())
                .build()
                .chat(PROMPT, new StreamingChatResponseHandler() {
                    @Override
                    public void onPartialResponse(String part) {
                        text.append(part);
                    }

                    @Override
                    public void onCompleteResponse(ChatResponse whole) {
                        end.complete(text.toString());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        end.completeExceptionally(failure);
                    }
                });
        return end.get();
    }
}
