// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.upstream;

/** The documents of a link do not make sense together, or not yet. The message names the document and the offence; no secret is in it. */
public final class UnreadableLink extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableLink(String message) {
        super(message);
    }

    UnreadableLink(String message, Throwable cause) {
        super(message, cause);
    }
}
