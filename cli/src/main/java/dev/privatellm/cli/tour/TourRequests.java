// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** The nine requests of the tour. Every question is another one, so that no two counts are equal by design. */
final class TourRequests {

    /** Most tokens of an answer: enough to see it stream, few enough for a real model on a slow machine. */
    private static final int MAX_TOKENS = 96;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private TourRequests() {}

    /**
     * @param chatModel answers the seven that generate
     * @param embeddingModel answers the two that embed
     */
    static List<TourRequest> of(String chatModel, String embeddingModel) {
        return List.of(
                request(
                        "Ollama",
                        "/api/chat",
                        true,
                        ollama(chatModel, "messages", user("Why do machines sleep at night?")),
                        OllamaStreamReader::new),
                request(
                        "Ollama",
                        "/api/generate",
                        false,
                        ollama(chatModel, "prompt", "Name three rivers, and say which of them is the longest one."),
                        () -> new WholeAnswerReader(WholeForms.OLLAMA_GENERATE)),
                request(
                        "Ollama",
                        "/api/embed",
                        false,
                        Map.of(
                                "model",
                                embeddingModel,
                                "input",
                                List.of("a private thought", "and another one, a little longer")),
                        () -> new WholeAnswerReader(WholeForms.OLLAMA_EMBED)),
                request(
                        "OpenAI",
                        "/v1/chat/completions",
                        true,
                        Map.of(
                                "model",
                                chatModel,
                                "stream",
                                true,
                                "max_tokens",
                                MAX_TOKENS,
                                "messages",
                                user("Tell a story about a lighthouse that only shines when a ship asks for it.")),
                        ChatStreamReader::new),
                request(
                        "OpenAI",
                        "/v1/chat/completions",
                        false,
                        Map.of("model", chatModel, "max_tokens", MAX_TOKENS, "messages", user("What is a cold start?")),
                        () -> new WholeAnswerReader(WholeForms.OPENAI_CHAT)),
                request(
                        "OpenAI",
                        "/v1/responses",
                        true,
                        Map.of(
                                "model",
                                chatModel,
                                "stream",
                                true,
                                "max_output_tokens",
                                MAX_TOKENS,
                                "input",
                                "Explain to a child why a door can be open and still keep strangers out."),
                        ResponsesStreamReader::new),
                request(
                        "OpenAI",
                        "/v1/embeddings",
                        false,
                        Map.of("model", embeddingModel, "input", "one sentence to be turned into numbers"),
                        () -> new WholeAnswerReader(WholeForms.OPENAI_EMBEDDINGS)),
                anthropic(
                        chatModel,
                        true,
                        "Describe the sound of a fan that slows down and stops.",
                        MessagesStreamReader::new),
                anthropic(
                        chatModel,
                        false,
                        "Which is heavier, a kilogram of light or a kilogram of night? Answer politely.",
                        () -> new WholeAnswerReader(WholeForms.ANTHROPIC_MESSAGE)));
    }

    private static TourRequest request(
            String api, String path, boolean streamed, Map<String, Object> body, Supplier<AnswerReader> reader) {
        return new TourRequest(api, path, streamed, MAPPER.writeValueAsString(body), List.of(), reader);
    }

    /** Ollama's chat streams unless told otherwise, its generate is told otherwise. */
    private static Map<String, Object> ollama(String model, String member, Object value) {
        Map<String, Object> options = Map.of("num_predict", MAX_TOKENS);
        return member.equals("prompt")
                ? Map.of("model", model, member, value, "stream", false, "options", options)
                : Map.of("model", model, member, value, "options", options);
    }

    private static TourRequest anthropic(
            String model, boolean streamed, String question, Supplier<AnswerReader> reader) {
        Map<String, Object> body =
                Map.of("model", model, "max_tokens", MAX_TOKENS, "stream", streamed, "messages", user(question));
        return new TourRequest(
                "Anthropic",
                "/v1/messages",
                streamed,
                MAPPER.writeValueAsString(body),
                List.of("anthropic-version", "2023-06-01"),
                reader);
    }

    private static List<Map<String, String>> user(String question) {
        return List.of(Map.of("role", "user", "content", question));
    }
}
