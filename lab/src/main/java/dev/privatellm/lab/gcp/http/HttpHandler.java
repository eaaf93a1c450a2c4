// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.http;

import java.io.IOException;

/** Answers requests; called from one virtual thread per connection, so it may block as long as it likes. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers one request.
     *
     * @throws IOException if the connection is to be cut without an answer
     * @throws InterruptedException if the server closes meanwhile
     */
    HttpReply handle(HttpCall call) throws IOException, InterruptedException;
}
