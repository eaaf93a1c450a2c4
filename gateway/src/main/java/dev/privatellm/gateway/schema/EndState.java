// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/** How an answer ended, in the eyes of the client API. */
public enum EndState {
    /** The API's own terminator was seen, or the answer needs none (an error status). */
    COMPLETE,
    /** It was not, however cleanly the connection ended: append the API's error frame and abort. */
    TRUNCATED,
    /** The engine itself reported an error in the body, which was passed on as it is. Nothing is appended. */
    ENGINE_ERROR
}
