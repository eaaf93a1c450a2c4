// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.List;
import java.util.Locale;

/**
 * What is served.
 *
 * @param name the model as the engine names it
 * @param extra further models on the same machine
 * @param aliases other names under which callers may ask for {@code name}
 * @param contextLength context window to load it with, in tokens
 * @param kvCacheType how exactly the engine remembers the context: less exactly takes a half or a quarter of the memory
 * @param parallel requests that the engine answers at the same time
 */
public record Model(
        String name,
        List<String> extra,
        List<String> aliases,
        int contextLength,
        KvCacheType kvCacheType,
        int parallel) {

    /** The engine's own words. It takes any other for {@code f16} without a word, {@code bf16} among them. */
    public enum KvCacheType implements Worded {
        F16,
        Q8_0,
        Q4_0;

        @Override
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it is one that the engine has for flash attention only. */
        public boolean isQuantised() {
            return this != F16;
        }
    }

    public Model {
        extra = List.copyOf(extra);
        aliases = List.copyOf(aliases);
    }

    /** The same in everything but what is served. */
    public Model serving(String newName, List<String> newExtra) {
        return new Model(newName, newExtra, aliases, contextLength, kvCacheType, parallel);
    }
}
