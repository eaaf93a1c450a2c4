// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A generation that is sent in one piece when it is finished. */
final class WholeAnswer implements Frames {

    /** Characters kept. Only an answer without end is longer, and that is never sent. */
    private static final int MAX_CHARACTERS = 16 << 20;

    /** Writes the finished answer in a dialect. */
    interface Body {
        JsonNode of(WholeAnswer answer, Outcome outcome);
    }

    private final Exchange exchange;
    private final ErrorForm errors;
    private final JsonBody form;
    private final Body body;
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private @Nullable ToolCall toolCall;

    WholeAnswer(Exchange exchange, ErrorForm errors, JsonBody form, Body body) {
        this.exchange = exchange;
        this.errors = errors;
        this.form = form;
        this.body = body;
    }

    String thinking() {
        return thinking.toString();
    }

    String text() {
        return text.toString();
    }

    @Nullable
    ToolCall toolCall() {
        return toolCall;
    }

    @Override
    public void thinking(String token) {
        thinking.append(token);
    }

    @Override
    public void text(String token) {
        if (text.length() < MAX_CHARACTERS) {
            text.append(token);
        }
    }

    @Override
    public void toolCall(ToolCall call) {
        toolCall = call;
    }

    @Override
    public void done(Outcome outcome) throws ClientGone {
        form.answer(exchange, 200, body.of(this, outcome));
    }

    @Override
    public void failed(String message) throws ClientGone {
        errors.answer(exchange, 500, message);
    }
}
