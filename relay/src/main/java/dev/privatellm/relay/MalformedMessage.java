// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/**
 * Bytes that are no HTTP/1.1 message, or that two readers could read differently. There is no way to go on with such a connection: answer, if it was a request, with {@link #status()}
 * and close. The text names the offence and never quotes the bytes.
 */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    /** @param status what a server answers: 400, 414, 431, 501 or 505 */
    public MalformedMessage(int status, String offence) {
        super(offence, null, false, false);
        this.status = status;
    }

    /** The status that tells a client. For a malformed response a proxy answers 502 instead. */
    public int status() {
        return status;
    }
}
