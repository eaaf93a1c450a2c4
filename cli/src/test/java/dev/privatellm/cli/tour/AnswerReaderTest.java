// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerReaderTest {

    private static final String CHAT = """
            data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":null}]}

            data: {"choices":[{"delta":{"content":""},"finish_reason":"stop"}]}

            data: [DONE]

            """;

    private static final String MESSAGES = """
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":7,"output_tokens":0}}}

            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":4,"cache_read_input_tokens":5,"output_tokens":3}}

            data: {"type":"message_stop"}

            """;

    private static final String RESPONSES = """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":1,"delta":"Hello"}

            event: response.completed
            data: {"type":"response.completed","sequence_number":2,"response":{"usage":{"input_tokens":9,"output_tokens":2}}}

            """;

    private static final String OLLAMA = """
            {"message":{"role":"assistant","content":"Hello"},"done":false}
            {"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":6}
            """;

    private static AnswerReader read(AnswerReader reader, String body) throws MalformedAnswer {
        for (String line : body.lines().toList()) {
            reader.line(line);
        }
        reader.end();
        return reader;
    }

    @Test
    void readsTextAndUsageOfEveryStream() throws MalformedAnswer {
        assertThat(read(new ChatStreamReader(), CHAT).text()).isEqualTo("Hello");
        assertThat(read(new OllamaStreamReader(), OLLAMA).usage())
                .isEqualTo(SeenUsage.of(OptionalLong.of(5), OptionalLong.of(6)));
        assertThat(read(new ResponsesStreamReader(), RESPONSES).usage())
                .isEqualTo(SeenUsage.of(OptionalLong.of(9), OptionalLong.of(2)));
        assertThat(read(new MessagesStreamReader(), MESSAGES).usage())
                .isEqualTo(SeenUsage.of(OptionalLong.of(9), OptionalLong.of(3)));
    }

    @Test
    void takesHeartbeatsForWhatTheyAre() throws MalformedAnswer {
        AnswerReader chat = new ChatStreamReader();
        chat.line(": waiting for the machine");
        chat.line("");
        chat.line("data: {\"choices\":[]}");
        chat.line("");
        assertThat(chat.hasBegun()).isFalse();
        assertThat(read(chat, CHAT).hasBegun()).isTrue();

        AnswerReader ollama = new OllamaStreamReader();
        ollama.line("{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}");
        assertThat(ollama.hasBegun()).isFalse();
        assertThat(read(ollama, OLLAMA).hasBegun()).isTrue();

        AnswerReader responses = new ResponsesStreamReader();
        for (String line : RESPONSES.lines().limit(3).toList()) {
            responses.line(line);
        }
        assertThat(responses.hasBegun()).isFalse();

        AnswerReader whole = new WholeAnswerReader(WholeForms.OPENAI_CHAT);
        whole.line("");
        whole.line("");
        assertThat(whole.hasBegun()).isFalse();
        String body = "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{}}";
        assertThat(read(whole, body).text()).isEqualTo("Hi");

        AnswerReader messages = new MessagesStreamReader();
        messages.line("event: ping");
        messages.line("data: {\"type\":\"ping\"}");
        messages.line("");
        assertThat(messages.hasBegun()).isFalse();
        assertThat(read(messages, MESSAGES).text()).isEqualTo("Hello");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            data: [DONE] | : | without [DONE]
            "finish_reason":"stop" | "finish_reason":null | without a finish reason
            data: [DONE] | data: {"choices":[],"usage":{"prompt_tokens":1}} | usage that was not asked for
            data: [DONE] | data: {"error":{"message":"gone"}} | error: {"message":"gone"}
            "Hello" | "" | no text
            """)
    void refusesABrokenChatStream(String good, String broken, String message) {
        assertRefused(new ChatStreamReader(), CHAT.replace(good, broken), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            data: {"type":"message_stop"} | : | without message_stop
            "type":"content_block_stop","index":0 | "type":"ping" | inside a block
            "type":"content_block_delta","index":0 | "type":"content_block_delta","index":1 | a delta of block 1
            "type":"content_block_start","index":0 | "type":"content_block_start","index":1 | block 1 out of order
            data: {"type":"message_stop"} | data: {"type":"error","error":{"type":"overloaded_error","message":"gone"}} | error:
            """)
    void refusesABrokenMessagesStream(String good, String broken, String message) {
        assertRefused(new MessagesStreamReader(), MESSAGES.replace(good, broken), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "sequence_number":1 | "sequence_number":0 | sequence_number 0 after 0
            event: response.completed | event: response.done | holds data of type
            "type":"response.completed" | "type":"response.failed" | holds data of type
            "type":"response.created" | "type":"response.queued" | holds data of type
            """)
    void refusesABrokenResponsesStream(String good, String broken, String message) {
        assertRefused(new ResponsesStreamReader(), RESPONSES.replace(good, broken), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "done":true | "done":false | without a line that is done
            {"message":{"role":"assistant","content":""},"done":true | {"error":"gone","x":1 | error: gone
            ,"done_reason":"stop" | `` | done without a reason
            """, quoteCharacter = '`')
    void refusesABrokenOllamaStream(String good, String broken, String message) {
        assertRefused(new OllamaStreamReader(), OLLAMA.replace(good, broken), message);
    }

    @Test
    void refusesABlankLineInAnOllamaStream() {
        assertRefused(new OllamaStreamReader(), "\n" + OLLAMA, "not a JSON object");
    }

    @Test
    void refusesAnErrorUnderStatus200() {
        assertRefused(
                new WholeAnswerReader(WholeForms.OLLAMA_GENERATE),
                "\n\n{\"error\":\"no machine\"}",
                "error: no machine");
    }

    @Test
    void refusesWhatFollowsAWholeAnswer() {
        assertRefused(
                new WholeAnswerReader(WholeForms.OLLAMA_GENERATE),
                "{\"response\":\"Hi\",\"done\":true}\n{\"more\":1}",
                "not a JSON object");
    }

    private static void assertRefused(AnswerReader reader, String body, String message) {
        assertThatThrownBy(() -> read(reader, body))
                .isInstanceOf(MalformedAnswer.class)
                .hasMessageContaining(message);
    }
}
