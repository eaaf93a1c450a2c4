// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;

/** A streamed answer of Ollama's own API: one object per line. */
final class OllamaFrames implements Frames {

    private final Exchange exchange;
    private final OllamaForm form;
    private boolean thinks;

    OllamaFrames(Exchange exchange, OllamaForm form) {
        this.exchange = exchange;
        this.form = form;
    }

    @Override
    public void thinking(String token) throws ClientGone {
        if (!thinks) {
            thinks = true;
            mark();
        }
        line(form.piece("", token));
    }

    @Override
    public void text(String token) throws ClientGone {
        if (thinks) {
            thinks = false;
            mark();
        }
        line(form.piece(token, ""));
    }

    @Override
    public void toolCall(ToolCall call) throws ClientGone {
        line(form.call(call));
    }

    @Override
    public void done(Outcome outcome) throws ClientGone {
        line(form.end(outcome));
        exchange.finish();
    }

    @Override
    public void failed(String message) throws ClientGone {
        line(Json.object().put("error", message));
        exchange.finish();
    }

    /** The mark around thinking is a token too. It is not shown; only a chat passes over the empty piece that is left of it. */
    private void mark() throws ClientGone {
        if (!form.isChat()) {
            line(form.piece("", ""));
        }
    }

    private void line(JsonNode object) throws ClientGone {
        if (!exchange.hasBegun()) {
            exchange.begin(200, OllamaCalls.NDJSON);
        }
        exchange.write(Json.text(object) + "\n");
    }
}
