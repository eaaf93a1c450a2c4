// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.util.Optional;

/**
 * A request as its path and headers tell it.
 *
 * @param endpoint what the path is
 * @param dialect in which an answer of ours is phrased
 * @param path the path without query string and trailing slashes, as it goes to the engine
 * @param pathModel the model that the path names ({@code /v1/models/{model}}), percent-decoded
 */
public record Call(Endpoint endpoint, Dialect dialect, String path, Optional<String> pathModel) {
    /** What the call does. */
    public PathClass pathClass() {
        return endpoint.pathClass();
    }
}
