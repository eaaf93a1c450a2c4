// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.fake;

/** What an engine says in each client API, short, with its counts: 11 input and 3 output tokens. */
public enum Dialogue {
    OLLAMA_CHAT(
            "/api/chat",
            "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
            "application/x-ndjson",
            "{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"done\":false}\n",
            "{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"lo\"},\"done\":false}\n",
            "{\"model\":\"tiny\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":11,\"eval_count\":3}\n",
            "\"error\":\""),
    OPENAI_CHAT(
            "/v1/chat/completions",
            "{\"model\":\"tiny\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
            "text/event-stream",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"finish_reason\":null}]}\n\n",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":null}]}\n\n",
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3,\"total_tokens\":14}}\n\ndata: [DONE]\n\n",
            "data: {\"error\":{"),
    ANTHROPIC_MESSAGES(
            "/v1/messages",
            "{\"model\":\"tiny\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
            "text/event-stream",
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"tiny\",\"usage\":{\"input_tokens\":2,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n",
            "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":11,\"output_tokens\":3}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            "event: error\ndata: {\"type\":\"error\""),
    OPENAI_RESPONSES(
            "/v1/responses",
            "{\"model\":\"tiny\",\"stream\":true,\"input\":\"hi\"}",
            "text/event-stream",
            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"r\",\"status\":\"in_progress\",\"usage\":null}}\n\n",
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"delta\":\"Hello\"}\n\n",
            "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":2,\"response\":{\"id\":\"r\",\"status\":\"completed\",\"usage\":{\"input_tokens\":11,\"output_tokens\":3,\"total_tokens\":14}}}\n\n",
            "event: response.failed\n");

    private final String path;
    private final String request;
    private final String contentType;
    private final String first;
    private final String second;
    private final String last;
    private final String errorMark;

    Dialogue(
            String path,
            String request,
            String contentType,
            String first,
            String second,
            String last,
            String errorMark) {
        this.path = path;
        this.request = request;
        this.contentType = contentType;
        this.first = first;
        this.second = second;
        this.last = last;
        this.errorMark = errorMark;
    }

    public String path() {
        return path;
    }

    /** A request for a stream. */
    public String request() {
        return request;
    }

    public String contentType() {
        return contentType;
    }

    /** The beginning of the answer. */
    public String first() {
        return first;
    }

    /** The middle of it. */
    public String second() {
        return second;
    }

    /** Its end, with the counts. */
    public String last() {
        return last;
    }

    /** The whole of it. */
    public String answer() {
        return first + second + last;
    }

    /** How an error within the stream begins. */
    public String errorMark() {
        return errorMark;
    }

    /** Sends the whole answer as a stream. */
    public void play(MisbehavingMachine.Wire wire) throws java.io.IOException {
        wire.begin(contentType);
        wire.chunk(first);
        wire.chunk(second);
        wire.chunk(last);
        wire.finish();
    }
}
