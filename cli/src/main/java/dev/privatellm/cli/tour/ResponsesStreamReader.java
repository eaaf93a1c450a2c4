// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import tools.jackson.databind.JsonNode;

/** A stream of OpenAI's Responses API: events with rising numbers, created first, completed last. Other types are heartbeats or none of our business. */
final class ResponsesStreamReader extends EventStreamReader {

    private SeenUsage usage = SeenUsage.NONE;
    private long sequence = -1;
    private boolean created;
    private boolean begun;
    private boolean completed;

    @Override
    void event(String name, String data) throws MalformedAnswer {
        Documents.require(!completed, "an event after the last");
        JsonNode event = Documents.object(data);
        Documents.refuseErrors(event);
        String type = Documents.text(event, "/type");
        Documents.require(name.isEmpty() || name.equals(type), "event " + name + " holds data of type " + type);
        long number = event.path("sequence_number").asLong(-1);
        Documents.require(number > sequence, "sequence_number " + number + " after " + sequence);
        sequence = number;
        switch (type) {
            case "response.created" -> {
                Documents.require(!created, "created twice");
                created = true;
            }
            case "response.output_text.delta" -> {
                begun = true;
                say(Documents.text(event, "/delta"));
            }
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> begun = true;
            case "response.completed", "response.incomplete" -> {
                completed = true;
                usage = SeenUsage.of(
                        Documents.number(event, "/response/usage/input_tokens"),
                        Documents.number(event, "/response/usage/output_tokens"));
            }
            case "response.failed" ->
                throw new MalformedAnswer(
                        "response.failed: " + Documents.quote(Documents.text(event, "/response/error/message")));
            default -> Documents.require(created, type + " before response.created");
        }
    }

    @Override
    void complete() throws MalformedAnswer {
        Documents.require(completed, "it ends without response.completed");
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    @Override
    public SeenUsage usage() {
        return usage;
    }
}
