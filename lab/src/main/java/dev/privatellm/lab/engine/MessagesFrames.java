// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.node.ObjectNode;

/**
 * A streamed answer of Anthropic's API: blocks that are opened, filled and closed. The first event only estimates the input; the last but one has the true
 * figures.
 */
final class MessagesFrames implements Frames {

    private final EventStream stream;
    private final MessagesForm form;
    private final long estimatedInput;
    private boolean started;
    private String openBlock = "";
    private int index;
    private boolean called;

    MessagesFrames(Exchange exchange, MessagesForm form, long estimatedInput) {
        this.stream = new EventStream(exchange);
        this.form = form;
        this.estimatedInput = estimatedInput;
    }

    @Override
    public void thinking(String token) throws ClientGone {
        open("thinking", Json.object().put("type", "thinking").put("thinking", ""));
        delta(Json.object().put("type", "thinking_delta").put("thinking", token));
    }

    @Override
    public void text(String token) throws ClientGone {
        open("text", Json.object().put("type", "text").put("text", ""));
        delta(Json.object().put("type", "text_delta").put("text", token));
    }

    @Override
    public void toolCall(ToolCall call) throws ClientGone {
        called = true;
        open("tool_use", MessagesForm.toolUse(call));
        delta(Json.object().put("type", "input_json_delta").put("partial_json", Json.text(call.arguments())));
        close();
    }

    @Override
    public void done(Outcome outcome) throws ClientGone {
        start();
        close();
        ObjectNode last = event("message_delta");
        last.putObject("delta").put("stop_reason", MessagesForm.stopReason(outcome, called));
        last.set("usage", MessagesForm.usage(outcome));
        stream.event("message_delta", last);
        stream.event("message_stop", event("message_stop"));
        stream.end();
    }

    /** Ollama has no error event here: the stream just ends. */
    @Override
    public void failed(String message) throws ClientGone {
        stream.end();
    }

    private void start() throws ClientGone {
        if (!started) {
            started = true;
            ObjectNode message = form.open();
            message.putObject("usage").put("input_tokens", estimatedInput).put("output_tokens", 0);
            ObjectNode first = event("message_start");
            first.set("message", message);
            stream.event("message_start", first);
        }
    }

    private void open(String kind, ObjectNode block) throws ClientGone {
        start();
        if (!openBlock.equals(kind)) {
            close();
            openBlock = kind;
            ObjectNode event = event("content_block_start").put("index", index);
            event.set("content_block", block);
            stream.event("content_block_start", event);
        }
    }

    private void delta(ObjectNode delta) throws ClientGone {
        ObjectNode event = event("content_block_delta").put("index", index);
        event.set("delta", delta);
        stream.event("content_block_delta", event);
    }

    private void close() throws ClientGone {
        if (!openBlock.isEmpty()) {
            stream.event("content_block_stop", event("content_block_stop").put("index", index));
            openBlock = "";
            index++;
        }
    }

    private static ObjectNode event(String type) {
        return Json.object().put("type", type);
    }
}
