// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where and how to write {@code stream_options.include_usage} into a body, by the byte offsets of what stands there. */
final class UsageOption {
    private static final String WISH = "\"include_usage\":true";
    private static final String OBJECT = "{" + WISH + "}";

    private int bodyStart;
    private @Nullable Edit edit;
    private boolean absent = true;
    private int optionsStart;

    /** The body's own opening brace is at this offset. */
    void bodyOpens(int offset) {
        bodyStart = offset;
    }

    /** {@code stream_options} is null, written at this offset. */
    void isNull(int offset) {
        replace(offset, "null", OBJECT);
    }

    /** {@code stream_options} is no object; the engine will say what it thinks of it. */
    void isSomethingElse() {
        absent = false;
        edit = null;
    }

    /** {@code stream_options} is an object that opens at this offset. */
    void opens(int offset) {
        absent = false;
        optionsStart = offset;
        edit = new Edit(offset + 1, 0, WISH);
    }

    /** The object has a field, so ours needs a comma. */
    void hasField() {
        if (edit != null && edit.remove() == 0) {
            edit = new Edit(optionsStart + 1, 0, WISH + ",");
        }
    }

    /** The object has our field, with this word as its value, written at this offset; null for anything but a word. */
    void includeUsage(@Nullable String word, int offset) {
        if (word != null && (word.equals("false") || word.equals("null"))) {
            replace(offset, word, "true");
        } else {
            edit = null;
        }
    }

    /** The change, or empty if usage is asked for already. */
    Optional<Edit> edit() {
        return absent
                ? Optional.of(new Edit(bodyStart + 1, 0, "\"stream_options\":" + OBJECT + ","))
                : Optional.ofNullable(edit);
    }

    private void replace(int offset, String word, String replacement) {
        absent = false;
        edit = new Edit(offset, word.length(), replacement);
    }
}
