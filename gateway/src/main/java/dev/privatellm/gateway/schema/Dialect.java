// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

/** Whose conventions an answer follows: the family of client APIs, which decides the shape of errors and lists. */
public enum Dialect {
    /** {@code /api/…}. */
    OLLAMA,
    /** {@code /v1/…} except messages. */
    OPENAI,
    /** {@code /v1/messages…}, and shared paths when {@code anthropic-version} is sent. */
    ANTHROPIC
}
