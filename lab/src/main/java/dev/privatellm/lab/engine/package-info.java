// SPDX-License-Identifier: Apache-2.0
/**
 * Engines to rehearse and test against, and the truth about what they counted.
 *
 * <p>{@link dev.privatellm.lab.engine.EngineDouble} answers like a current Ollama in every dialect it speaks (its own API, OpenAI's, Anthropic's), with
 * text that follows from model and prompt alone. {@link dev.privatellm.lab.engine.EngineTap} stands in front of a real Ollama and passes bytes on as they
 * come. Both keep one {@link dev.privatellm.lab.engine.EngineRow} per request: the figures a gateway's own count is compared with. The double knows them
 * because it made the tokens; the tap reads them from the finished answers, by code that shares nothing with the gateway's.
 *
 * <p>Shapes follow Ollama's API documentation and what a real one was seen to send; where Ollama's releases differ the newest is followed. This package
 * knows nothing of clouds, machines, certificates or guests.
 */
@NullMarked
package dev.privatellm.lab.engine;

import org.jspecify.annotations.NullMarked;
