// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.exchange;

/** One job on the way of a request. It answers, or lets the request proceed, at once or later. Instances are shared by all exchanges; they never block. */
public interface Filter {
    /**
     * @param response where the answer goes; what is passed on may be another one that wraps it
     * @param next the rest of the way; may be taken again after an attempt that was certainly not processed
     */
    void handle(Exchange exchange, Response response, Chain next);
}
