// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;

/** Server-sent events of one answer; the head goes out with the first. */
final class EventStream {

    private final Exchange exchange;

    EventStream(Exchange exchange) {
        this.exchange = exchange;
    }

    void data(JsonNode data) throws ClientGone {
        write("data: " + Json.text(data) + "\n\n");
    }

    void event(String name, JsonNode data) throws ClientGone {
        write("event: " + name + "\ndata: " + Json.text(data) + "\n\n");
    }

    void end() throws ClientGone {
        begin();
        exchange.finish();
    }

    /** OpenAI's last word. */
    void done() throws ClientGone {
        write("data: [DONE]\n\n");
        end();
    }

    private void write(String text) throws ClientGone {
        begin();
        exchange.write(text);
    }

    private void begin() throws ClientGone {
        if (!exchange.hasBegun()) {
            exchange.begin(200, "text/event-stream");
        }
    }
}
