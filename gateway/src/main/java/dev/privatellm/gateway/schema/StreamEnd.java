// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/** How the body of an upstream response ended, in the relay's eyes. */
public enum StreamEnd {
    /** The framing says that it is complete. */
    CLEAN,
    /** The connection was lost, reset, or timed out. */
    CUT,
    /** The client left and we stopped reading. */
    CLIENT_LEFT
}
