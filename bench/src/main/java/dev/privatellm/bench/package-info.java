// SPDX-License-Identifier: Apache-2.0
/**
 * Measurements that {@code docs/performance.md} records, taken from outside: over HTTP against running processes, by the records of the emulator and the
 * engine. What is measured knows nothing of it.
 */
@NullMarked
package dev.privatellm.bench;

import org.jspecify.annotations.NullMarked;
