// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** The prompt as the model sees it, put together from the messages of any dialect: roles, texts, images, calls and their results. */
final class Conversation {

    /** What an image costs. */
    private static final int TOKENS_PER_IMAGE = 256;

    private final StringBuilder text = new StringBuilder();
    private String lastUser = "";
    private boolean userSpeaksLast;
    private long images;

    /** Adds one turn; content may be text or an array of parts. */
    void add(String role, JsonNode content) {
        text.append("<|").append(role).append("|>");
        int from = text.length();
        boolean result = append(content);
        userSpeaksLast = role.equals("user") && !result;
        if (userSpeaksLast) {
            lastUser = text.substring(from);
        }
    }

    void add(String role, String content) {
        add(role, StringNode.valueOf(content));
    }

    void addImages(int count) {
        images += count;
    }

    /** Adds what is evaluated but no turn: tool declarations, for one. */
    void declare(JsonNode declaration) {
        if (!declaration.isMissingNode() && !declaration.isEmpty()) {
            text.append(Json.text(declaration));
        }
    }

    /** Appends text parts; tells whether one of them is a tool's result. */
    private boolean append(JsonNode content) {
        if (content.isString()) {
            text.append(content.stringValue());
            return false;
        }
        boolean result = false;
        for (JsonNode part : content) {
            String type = Json.string(part, "type");
            if (type.contains("image")) {
                images++;
            } else if (type.equals("tool_result")) {
                append(part.path("content"));
                result = true;
            } else if (type.equals("tool_use")) {
                text.append(Json.text(part.path("input")));
            } else if (part.isString()) {
                text.append(part.stringValue());
            } else {
                text.append(Json.string(part, "text")).append(Json.string(part, "thinking"));
            }
        }
        return result;
    }

    /** Adds the messages of a chat in Ollama's, OpenAI's or Anthropic's form. */
    void addAll(JsonNode messages) {
        for (JsonNode message : messages) {
            add(Json.string(message, "role"), message.path("content"));
            declare(message.path("tool_calls"));
            addImages(message.path("images").size());
        }
    }

    /** Whether nobody has said anything. */
    boolean isEmpty() {
        return text.isEmpty();
    }

    String text() {
        return text.toString();
    }

    /** What the user said last; empty if somebody else spoke after. */
    String question() {
        return userSpeaksLast ? lastUser : "";
    }

    long tokens() {
        return Pieces.count(text) + images * TOKENS_PER_IMAGE;
    }
}
