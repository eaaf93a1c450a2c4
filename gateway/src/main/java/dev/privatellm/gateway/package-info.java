/**
 * The data plane: one address that speaks Ollama, OpenAI and Anthropic, with a machine behind it that may be asleep. It recognises a call, believes its
 * key, finds the machine by the model's name, holds the call while the machine wakes, forwards it over pinned mutual TLS byte for byte, and counts its
 * tokens. It starts no machine: it writes down demand, and reads what the control plane has written down.
 */
@NullMarked
package dev.privatellm.gateway;

import org.jspecify.annotations.NullMarked;
