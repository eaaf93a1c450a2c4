// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is said over the control socket: one line of JSON each way. */
final class ControlLine {
    static final int VERSION = 1;

    /** With a wake: seconds for which an exceeded budget does not matter. */
    static final String OVERRIDE_BUDGET = "overrideBudgetSeconds";

    /** With a rotation: whether the authority is meant, too. */
    static final String AUTHORITY = "authority";

    /** With one of the authority: whether somebody else may have its key. */
    static final String COMPROMISED = "compromised";

    /** In the answer to a wake: whether all that is told from now on speaks of it. */
    static final String HEARD = "heard";

    /** With a wake: which replacement of the machine may be made. */
    static final String CONFIRM = "confirm";

    /** With down: whether what was made stays. */
    static final String KEEP_DATA = "keepData";

    /** With a change: the document's text. */
    static final String DOCUMENT = "document";

    /** With down: whether the versions of the key go, too. */
    static final String DELETE_KMS = "deleteKms";

    /** Longest line either way, in characters. */
    static final int MAX_BYTES = 1 << 20;

    private ControlLine() {}

    /** What may be asked. */
    enum Method {
        STATUS,
        WAKE,
        SLEEP,
        ROTATE,
        CHANGE,
        UP,
        DOWN,
        STOP,
        WATCH,
        STATS;

        static Optional<Method> of(@Nullable String word) {
            return Arrays.stream(values())
                    .filter(method -> method.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /** A question. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Request(
            @JsonProperty("v") int version,
            @Nullable String id,
            @Nullable String method,
            @Nullable JsonNode params) {}

    /** An answer: a result or an error. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Response(
            String id, @Nullable JsonNode result, @Nullable Failure error) {}

    /** Why there is no result, with the exit code for the shell. */
    record Failure(String reason, String message, int exit) {}
}
