// SPDX-License-Identifier: Apache-2.0
/**
 * Tiny models for a real engine, written from scratch: two layers, random weights, a megabyte. Depends on nothing but the JDK, so that {@code
 * e2e/engine/build.sh} runs it from its sources.
 */
@NullMarked
package dev.privatellm.e2e.tiny;

import org.jspecify.annotations.NullMarked;
