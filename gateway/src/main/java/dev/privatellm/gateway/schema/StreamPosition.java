// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/**
 * How far the client's body had got when it broke, so that what is appended can be read.
 *
 * @param begun whether a byte of the engine was passed on
 * @param appendable whether an error can be appended: not to a JSON text that has begun, nor to anything that was not read
 * @param inLine whether the last byte passed on was not a line end
 * @param inEvent whether an event was left open: its blank line has not been passed on
 * @param nextSequence the {@code sequence_number} that comes next in a Responses stream
 * @param responseId the {@code id} of a Responses stream, empty if not seen
 */
public record StreamPosition(
        boolean begun, boolean appendable, boolean inLine, boolean inEvent, long nextSequence, String responseId) {
    /** Nothing of the engine has been passed on; heartbeats of ours may have. */
    public static final StreamPosition START = new StreamPosition(false, true, false, false, 0, "");

    /** Something that nothing can be appended to, once it has begun. */
    static StreamPosition closed(boolean begun) {
        return new StreamPosition(begun, false, begun, begun, 0, "");
    }
}
