// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import tools.jackson.databind.JsonNode;

/**
 * A stream of OpenAI's chat completions whose client did not ask for usage: chunks, a finish reason, {@code [DONE]}. A chunk without choices is taken for a
 * heartbeat as long as it carries no usage; one that does is the chunk that a gateway forced and forgot to take out.
 */
final class ChatStreamReader extends EventStreamReader {

    private boolean begun;
    private boolean finished;
    private boolean done;

    @Override
    void event(String name, String data) throws MalformedAnswer {
        Documents.require(!done, "an event after [DONE]");
        if (data.strip().equals("[DONE]")) {
            done = true;
            return;
        }
        JsonNode chunk = Documents.object(data);
        Documents.refuseErrors(chunk);
        JsonNode choices = chunk.path("choices");
        Documents.require(choices.isArray(), "no choices in " + Documents.quote(data));
        Documents.require(!chunk.path("usage").isObject(), "usage that was not asked for: " + Documents.quote(data));
        if (choices.isEmpty()) {
            return;
        }
        begun = true;
        say(Documents.text(chunk, "/choices/0/delta/content"));
        finished |= !Documents.text(chunk, "/choices/0/finish_reason").isEmpty();
    }

    @Override
    void complete() throws MalformedAnswer {
        Documents.require(finished, "it ends without a finish reason");
        Documents.require(done, "it ends without [DONE]");
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    @Override
    public SeenUsage usage() {
        return SeenUsage.NONE;
    }
}
