// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;

/**
 * A complete answer to a call of our own.
 *
 * @param text what of the body was kept: all, or nothing if its lines were handed over as they came
 */
record HttpAnswer(int status, Headers headers, String text) {
    boolean isSuccess() {
        return status / 100 == 2;
    }

    @Override
    public String toString() {
        return "status " + status;
    }
}
