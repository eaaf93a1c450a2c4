// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;

/**
 * What is served.
 *
 * @param name the model as the engine names it
 * @param extra further models on the same machine
 * @param aliases other names under which callers may ask for {@code name}
 * @param contextLength context window to load it with, in tokens
 * @param parallel requests that the engine answers at the same time
 */
public record Model(String name, List<String> extra, List<String> aliases, int contextLength, int parallel) {

    public Model {
        extra = List.copyOf(extra);
        aliases = List.copyOf(aliases);
    }
}
