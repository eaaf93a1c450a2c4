// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.metering;

/**
 * Where a usage was read: the kind of frame and the field in it, both words of the client API, never text of a user.
 *
 * @param frame for example {@code done}, {@code message_delta}, {@code response.completed}, {@code body}; empty if nothing was seen
 * @param field for example {@code eval_count} or {@code usage}; {@code deltas} for an estimate; empty if nothing was seen
 */
public record Evidence(String frame, String field) {
    /** No frame said anything. */
    public static final Evidence NONE = new Evidence("", "");

    /** Counted here from this many deltas of text. */
    public static Evidence deltas(long seen) {
        return new Evidence("deltas:" + seen, "deltas");
    }
}
