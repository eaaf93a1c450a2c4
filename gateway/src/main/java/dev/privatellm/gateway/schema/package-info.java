// SPDX-License-Identifier: Apache-2.0
/**
 * The client APIs, one class each: recognise a call, read its request and its usage, phrase an error, keep a waiting client alive. Pure functions and
 * push parsers over bytes: no network, no thread, no clock, and no text of a user kept. What the gateway forwards is decided here, what it does is not.
 *
 * <p>The life of a call: {@link dev.privatellm.gateway.schema.Surface#recognise} names it, {@link dev.privatellm.gateway.schema.RequestReader} reads what
 * matters of its body, {@link dev.privatellm.gateway.schema.KeepAlive} speaks while a machine wakes, {@link dev.privatellm.gateway.schema.UsageReader}
 * watches the answer, {@link dev.privatellm.gateway.schema.ErrorAnswer} and {@link dev.privatellm.gateway.schema.ClientApi#errorFrame} say what went wrong.
 */
@NullMarked
package dev.privatellm.gateway.schema;

import org.jspecify.annotations.NullMarked;
