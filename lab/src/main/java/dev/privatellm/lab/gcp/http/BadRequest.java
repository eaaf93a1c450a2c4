// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import java.io.IOException;

/** A request that is not HTTP/1.1 or passes a bound; it has been answered, and its connection cannot go on. */
final class BadRequest extends IOException {

    private static final long serialVersionUID = 1;

    BadRequest(String message) {
        super(message);
    }
}
