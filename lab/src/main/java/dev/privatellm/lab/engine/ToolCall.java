// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import tools.jackson.databind.JsonNode;

/** A call of an offered function, whole, as Ollama always sends it. */
record ToolCall(String id, String name, JsonNode arguments) {}
