// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import tools.jackson.databind.JsonNode;

/** A stream of Ollama's own chat API: one object per line, the last one done. An object without text is a heartbeat; a blank line is an error. */
final class OllamaStreamReader implements AnswerReader {

    private final StringBuilder text = new StringBuilder();
    private SeenUsage usage = SeenUsage.NONE;
    private boolean begun;
    private boolean done;

    @Override
    public String mediaType() {
        return "application/x-ndjson";
    }

    @Override
    public void line(String line) throws MalformedAnswer {
        Documents.require(!done, "a line after the one that is done");
        JsonNode object = Documents.object(line);
        Documents.refuseErrors(object);
        Documents.require(object.path("done").isBoolean(), "no \"done\" in " + Documents.quote(line));
        String content = Documents.text(object, "/message/content");
        text.append(content);
        begun |= !content.isEmpty()
                || !Documents.text(object, "/message/thinking").isEmpty();
        if (object.path("done").booleanValue()) {
            done = true;
            begun = true;
            usage = SeenUsage.of(
                    Documents.number(object, "/prompt_eval_count"), Documents.number(object, "/eval_count"));
            Documents.require(!Documents.text(object, "/done_reason").isEmpty(), "done without a reason");
        }
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    @Override
    public void end() throws MalformedAnswer {
        Documents.require(done, "it ends without a line that is done");
        Documents.require(!text.isEmpty(), "no text in it");
    }

    @Override
    public String text() {
        return text.toString();
    }

    @Override
    public SeenUsage usage() {
        return usage;
    }
}
