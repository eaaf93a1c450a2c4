// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A streamed answer of the Responses API: numbered events, items that are added, filled and done, and the whole response once more at the end. */
final class ResponsesFrames implements Frames {

    private final EventStream stream;
    private final ResponsesForm form;
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private @Nullable ToolCall called;
    private boolean started;
    private boolean reasoningDone;
    private int outputIndex;
    private int sequence;

    ResponsesFrames(Exchange exchange, ResponsesForm form) {
        this.stream = new EventStream(exchange);
        this.form = form;
    }

    @Override
    public void thinking(String token) throws ClientGone {
        start();
        if (thinking.isEmpty()) {
            item("response.output_item.added", form.reasoning(""));
        }
        thinking.append(token);
        send(
                "response.reasoning_summary_text.delta",
                of(form.reasoningId()).put("summary_index", 0).put("delta", token));
    }

    @Override
    public void text(String token) throws ClientGone {
        start();
        endReasoning();
        if (text.isEmpty()) {
            item("response.output_item.added", form.message("", "in_progress"));
            part("response.content_part.added", "");
        }
        text.append(token);
        ObjectNode delta = of(form.messageId()).put("content_index", 0).put("delta", token);
        delta.putArray("logprobs");
        send("response.output_text.delta", delta);
    }

    @Override
    public void toolCall(ToolCall call) throws ClientGone {
        start();
        endReasoning();
        called = call;
        String arguments = Json.text(call.arguments());
        item("response.output_item.added", form.call(call, "in_progress"));
        send("response.function_call_arguments.delta", of(form.callId()).put("delta", arguments));
        send("response.function_call_arguments.done", of(form.callId()).put("arguments", arguments));
        item("response.output_item.done", form.call(call, "completed"));
    }

    @Override
    public void done(Outcome outcome) throws ClientGone {
        start();
        endReasoning();
        if (!text.isEmpty()) {
            String whole = text.toString();
            ObjectNode done = of(form.messageId()).put("content_index", 0).put("text", whole);
            done.putArray("logprobs");
            send("response.output_text.done", done);
            part("response.content_part.done", whole);
            item("response.output_item.done", form.message(whole, "completed"));
        }
        ObjectNode response = form.completed(thinking.toString(), text.toString(), called, outcome);
        if (thinking.isEmpty() && text.isEmpty() && called == null) {
            response.putNull("output");
        }
        response("response.completed", response);
        stream.end();
    }

    /** Ollama loses the message here: the stream ends without a terminal event. */
    @Override
    public void failed(String message) throws ClientGone {
        stream.end();
    }

    private void start() throws ClientGone {
        if (!started) {
            started = true;
            response("response.created", form.inProgress());
            response("response.in_progress", form.inProgress());
        }
    }

    private void endReasoning() throws ClientGone {
        if (!thinking.isEmpty() && !reasoningDone) {
            reasoningDone = true;
            String whole = thinking.toString();
            send(
                    "response.reasoning_summary_text.done",
                    of(form.reasoningId()).put("summary_index", 0).put("text", whole));
            item("response.output_item.done", form.reasoning(whole));
            outputIndex++;
        }
    }

    private ObjectNode of(String itemId) {
        return Json.object().put("item_id", itemId).put("output_index", outputIndex);
    }

    private void item(String type, ObjectNode item) throws ClientGone {
        ObjectNode event = Json.object().put("output_index", outputIndex);
        event.set("item", item);
        send(type, event);
    }

    private void part(String type, String content) throws ClientGone {
        ObjectNode event = of(form.messageId()).put("content_index", 0);
        event.set("part", ResponsesForm.textPart(content));
        send(type, event);
    }

    private void response(String type, ObjectNode response) throws ClientGone {
        ObjectNode event = Json.object();
        event.set("response", response);
        send(type, event);
    }

    private void send(String type, ObjectNode event) throws ClientGone {
        event.put("sequence_number", sequence++);
        stream.event(type, event.put("type", type));
    }
}
