// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

/** A configuration or bundle that cannot be used. The message names the offending field and what was expected, never a value. */
final class InvalidDocument extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidDocument(String message) {
        super(message, null, false, false);
    }
}
