// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A model on a double's disk. What it is follows from its name alone, so that every machine that pulls it gets the same.
 *
 * @param name full name with its tag, such as {@code qwen3:8b}
 * @param modifiedAt when it was pulled
 */
record EngineModel(String name, Instant modifiedAt) {

    private static final String DEFAULT_TAG = ":latest";

    /** The name with {@code :latest} where it has no tag, as Ollama keeps it. */
    static String canonical(String name) {
        int lastSlash = name.lastIndexOf('/');
        return name.indexOf(':', lastSlash + 1) >= 0 ? name : name + DEFAULT_TAG;
    }

    /** Name before the tag, without registry and namespace. */
    String basename() {
        String bare = name.substring(name.lastIndexOf('/') + 1);
        return bare.substring(0, bare.indexOf(':') < 0 ? bare.length() : bare.indexOf(':'));
    }

    /** Lower-case hex SHA-256, stable per name. */
    String digest() {
        return Digest.sha256Hex("model " + name);
    }

    /** Bytes on disk as its list tells them. */
    long size() {
        return 1_000_000_000L + Digest.number("size " + name, 20_000) * 1_000_003L;
    }

    /** Whether it only embeds and refuses to generate. */
    boolean embedsOnly() {
        String low = basename().toLowerCase(Locale.ROOT);
        return low.contains("embed") || low.startsWith("bge") || low.startsWith("all-minilm");
    }

    /** Whether it can think aloud when asked to. */
    boolean thinks() {
        String low = basename().toLowerCase(Locale.ROOT);
        return low.startsWith("qwen3") || low.startsWith("gpt-oss") || low.startsWith("deepseek-r1");
    }

    /** The words of {@code /api/show}. */
    List<String> capabilities() {
        if (embedsOnly()) {
            return List.of("embedding");
        }
        return thinks() ? List.of("completion", "tools", "thinking") : List.of("completion", "tools");
    }

    /** Width of an embedding. */
    int embeddingLength() {
        return embedsOnly() ? 768 : 1024;
    }
}
