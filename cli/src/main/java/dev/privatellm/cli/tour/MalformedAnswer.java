// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.tour;

/** An answer that a client of its API would stumble over. The message says where. */
final class MalformedAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedAnswer(String message) {
        super(message);
    }
}
