// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.relay;

/** Answers exchanges of a {@link ServerConnection}. Called on the connection's event loop; must not block. One instance may serve many connections. */
public interface ExchangeHandler {
    /** Whether this exchange is ours. If not, its bytes go untouched to the next handler of the pipeline, which answers it. */
    default boolean takes(RequestHead head) {
        return true;
    }

    /** Begins an exchange. The request body stays where it is until {@link ServerExchange#resume()}. */
    RequestListener begin(ServerExchange exchange);
}
