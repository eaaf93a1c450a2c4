// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/** The body of a request cannot be read, or does not name a model. The caller has to act; the message is for people and holds no text of theirs. */
public final class InvalidRequest extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a message that names the offence, its position and what was expected. */
    public InvalidRequest(String message) {
        super(message);
    }

    /** How a client is told. */
    public Failure failure() {
        return Failure.of(Reason.INVALID_REQUEST, String.valueOf(getMessage()));
    }
}
