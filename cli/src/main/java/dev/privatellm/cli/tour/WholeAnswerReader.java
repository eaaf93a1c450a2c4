// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An answer that is one JSON object. White space before it is a heartbeat; anything after it is not allowed. */
final class WholeAnswerReader implements AnswerReader {

    /** Characters of one answer; embeddings are the largest. */
    private static final int MAX_CHARACTERS = 16 << 20;

    /** Which parts of the object are which. */
    interface Form {

        /** What is said in it; objects if a member is missing that the API promises. */
        String text(JsonNode answer) throws MalformedAnswer;

        SeenUsage usage(JsonNode answer);
    }

    private final Form form;
    private final StringBuilder body = new StringBuilder();
    private @Nullable JsonNode answer;
    private boolean begun;
    private String text = "";

    WholeAnswerReader(Form form) {
        this.form = form;
    }

    @Override
    public String mediaType() {
        return "application/json";
    }

    @Override
    public void line(String line) throws MalformedAnswer {
        Documents.require(body.length() + line.length() < MAX_CHARACTERS, "longer than " + MAX_CHARACTERS);
        body.append(line).append('\n');
        begun |= !line.isBlank();
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    @Override
    public void end() throws MalformedAnswer {
        answer = Documents.object(body.toString());
        Documents.refuseErrors(answer);
        text = form.text(answer);
        Documents.require(!text.isEmpty(), "no text in it");
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public SeenUsage usage() {
        return Optional.ofNullable(answer).map(form::usage).orElse(SeenUsage.NONE);
    }
}
