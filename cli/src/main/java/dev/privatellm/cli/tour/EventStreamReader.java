// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

import java.util.regex.Pattern;

/**
 * Takes server-sent events apart (WHATWG HTML, 9.2.6): joins the data lines of one event, passes over comments, which are heartbeats, and fields it does not
 * know.
 */
abstract class EventStreamReader implements AnswerReader {

    private static final Pattern FIELD = Pattern.compile("(event|data|id|retry)(:.*)?");

    private final StringBuilder data = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private String event = "";
    private boolean hasData;

    @Override
    public final String mediaType() {
        return "text/event-stream";
    }

    @Override
    public final void line(String line) throws MalformedAnswer {
        if (line.isEmpty()) {
            if (hasData) {
                event(event, data.toString());
            }
            data.setLength(0);
            event = "";
            hasData = false;
        } else if (line.startsWith("data:")) {
            data.append(hasData ? "\n" : "").append(value(line));
            hasData = true;
        } else if (line.startsWith("event:")) {
            event = value(line);
        } else {
            Documents.require(
                    line.startsWith(":") || FIELD.matcher(line).matches(),
                    "not a line of an event stream: " + Documents.quote(line));
        }
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    /** Takes one event. */
    abstract void event(String name, String data) throws MalformedAnswer;

    /** Called after the last whole event. */
    abstract void complete() throws MalformedAnswer;

    @Override
    public final void end() throws MalformedAnswer {
        Documents.require(!hasData, "the last event is not ended by a blank line");
        complete();
        Documents.require(!text.isEmpty(), "no text in it");
    }

    final void say(String piece) {
        text.append(piece);
    }

    @Override
    public final String text() {
        return text.toString();
    }
}
