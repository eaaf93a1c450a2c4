// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.node.ObjectNode;

/** A streamed answer of OpenAI's completion routes. Usage comes in a chunk of its own, and only if the caller asked for it. */
final class OpenAiFrames implements Frames {

    private final EventStream stream;
    private final OpenAiForm form;
    private final boolean usage;
    private boolean called;

    OpenAiFrames(Exchange exchange, OpenAiForm form, boolean usage) {
        this.stream = new EventStream(exchange);
        this.form = form;
        this.usage = usage;
    }

    @Override
    public void thinking(String token) throws ClientGone {
        chunk(form.thinking(token));
    }

    @Override
    public void text(String token) throws ClientGone {
        chunk(form.text(token));
    }

    @Override
    public void toolCall(ToolCall call) throws ClientGone {
        called = true;
        chunk(form.call(call));
    }

    @Override
    public void done(Outcome outcome) throws ClientGone {
        chunk(form.end(outcome, called));
        if (usage) {
            stream.data(form.usage(outcome));
        }
        stream.done();
    }

    /** Ollama loses the message here: the stream ends without a finish reason and without {@code [DONE]}. */
    @Override
    public void failed(String message) throws ClientGone {
        stream.end();
    }

    private void chunk(ObjectNode chunk) throws ClientGone {
        if (usage && form.repeatsUsage()) {
            chunk.set("usage", OpenAiForm.zeros());
        }
        stream.data(chunk);
    }
}
