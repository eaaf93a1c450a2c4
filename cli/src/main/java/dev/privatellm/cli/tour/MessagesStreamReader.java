// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * A stream of Anthropic's Messages: {@code message_start}, blocks that are started, filled and stopped in order, {@code message_delta},
 * {@code message_stop}. Pings and empty text deltas are heartbeats. Usage is merged field by field, the later value replacing the earlier.
 */
final class MessagesStreamReader extends EventStreamReader {

    private OptionalLong fresh = OptionalLong.empty();
    private OptionalLong cacheRead = OptionalLong.empty();
    private OptionalLong cacheWrite = OptionalLong.empty();
    private OptionalLong output = OptionalLong.empty();
    private boolean started;
    private long openBlock = -1;
    private long nextBlock;
    private boolean begun;
    private boolean stopped;

    @Override
    void event(String name, String data) throws MalformedAnswer {
        Documents.require(!stopped, "an event after message_stop");
        JsonNode event = Documents.object(data);
        String type = Documents.text(event, "/type");
        Documents.refuseErrors(event);
        long index = event.path("index").asLong(-1);
        switch (type) {
            case "message_start" -> {
                Documents.require(!started, "message_start twice");
                started = true;
                merge(event.at("/message/usage"));
            }
            case "content_block_start" -> {
                Documents.require(started && openBlock < 0 && index == nextBlock, "block " + index + " out of order");
                openBlock = index;
            }
            case "content_block_delta" -> {
                Documents.require(index == openBlock && index >= 0, "a delta of block " + index + " that is not open");
                String piece = Documents.text(event, "/delta/text");
                say(piece);
                begun |= !piece.isEmpty()
                        || !Documents.text(event, "/delta/thinking").isEmpty();
            }
            case "content_block_stop" -> {
                Documents.require(index == openBlock && index >= 0, "block " + index + " stopped but not open");
                openBlock = -1;
                nextBlock++;
            }
            case "message_delta" -> merge(event.path("usage"));
            case "message_stop" -> {
                Documents.require(openBlock < 0, "message_stop inside a block");
                stopped = true;
            }
            default -> Documents.require(!type.isEmpty(), "an event without a type");
        }
    }

    private void merge(JsonNode usage) {
        fresh = later(fresh, usage, "/input_tokens");
        cacheRead = later(cacheRead, usage, "/cache_read_input_tokens");
        cacheWrite = later(cacheWrite, usage, "/cache_creation_input_tokens");
        output = later(output, usage, "/output_tokens");
    }

    private static OptionalLong later(OptionalLong before, JsonNode usage, String pointer) {
        OptionalLong now = Documents.number(usage, pointer);
        return now.isPresent() ? now : before;
    }

    @Override
    void complete() throws MalformedAnswer {
        Documents.require(started, "it ends without message_start");
        Documents.require(stopped, "it ends without message_stop");
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    @Override
    public SeenUsage usage() {
        OptionalLong input = fresh.isEmpty()
                ? fresh
                : OptionalLong.of(fresh.getAsLong() + cacheRead.orElse(0) + cacheWrite.orElse(0));
        return SeenUsage.of(input, output);
    }
}
