// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import dev.privatellm.gateway.metering.TokenUsage;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one answer has said so far, frame by frame. Figures of a frame are staged while it is read and count only once the frame is whole, so a number
 * that was cut in two is never believed.
 */
abstract class Tally implements JsonScanner.Listener {
    private long deltas;
    private int malformed;

    /** The fields that it listens to. */
    abstract FieldTree fields();

    /** A frame begins; what was staged is forgotten. */
    abstract void frameBegins();

    /** The frame was one whole JSON text; what was staged counts. */
    abstract void frameEnds();

    /** The stream's {@code [DONE]}. */
    void terminator() {}

    /** Whether the frame that is being read may still turn out to be the chunk that was forced. */
    boolean maybeForced() {
        return false;
    }

    /** Whether the frame that was just read is the chunk that was forced: no choices, and usage. */
    boolean isForced() {
        return false;
    }

    /** Whether the API's own terminator has been seen. */
    abstract boolean complete();

    /** Whether the engine reported an error in the body. */
    abstract boolean engineError();

    /** The engine's figures with their confidence; empty if it has given none. */
    abstract Optional<TokenUsage> usage();

    /** A figure for the input that serves an estimate only. */
    OptionalLong inputGuess() {
        return OptionalLong.empty();
    }

    /** The {@code sequence_number} that comes next. */
    long nextSequence() {
        return 0;
    }

    /** The {@code id} of the response, empty if there is none. */
    String responseId() {
        return "";
    }

    /** Pieces of text, reasoning and tool arguments seen. */
    final long deltas() {
        return deltas;
    }

    /** Usage fields that held no count. */
    final int malformed() {
        return malformed;
    }

    /** Counts pieces of text. */
    final void addDeltas(long seen) {
        deltas += seen;
    }

    /** Reads a count; what is no count is absent, and noted. */
    final long count(JsonScanner value) {
        long count = value.count();
        if (count == JsonScanner.MALFORMED) {
            malformed++;
            return JsonScanner.ABSENT;
        }
        return count;
    }

    /** A staged count as the value that leaves. */
    static OptionalLong optional(long count) {
        return count == JsonScanner.ABSENT ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
