// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An engine's own error answer, for a caller who was already promised another kind of body and can no longer be sent it as it is. */
public final class EngineError {
    /** Bytes of an error body that are worth keeping for this. */
    public static final int MAX_BODY = 16 * 1024;

    private static final int MAX_MESSAGE = 1_000;

    private EngineError() {}

    /**
     * Reads an error answer in any dialect's shape.
     *
     * @param status of the engine's answer
     * @param body of it, or its first {@link #MAX_BODY} bytes
     */
    public static Failure failure(int status, byte[] body) {
        String message = message(body).orElse("the engine answered with status " + status);
        return Failure.of(Reason.ofEngineStatus(status), message);
    }

    private static Optional<String> message(byte[] body) {
        try {
            JsonNode error = JsonMapper.shared().readTree(body).path("error");
            JsonNode text = error.isString() ? error : error.path("message");
            return Optional.of(text.asString(""))
                    .filter(said -> !said.isBlank())
                    .map(EngineError::cut);
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static String cut(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    }
}
