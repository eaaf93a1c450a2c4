// SPDX-License-Identifier: Apache-2.0
/**
 * What to do next about one machine: a pure function from facts and a moment to at most one effect, and the record of intents that makes every effect
 * repeatable after a crash. How ports are filled is not known here.
 */
@NullMarked
package dev.privatellm.machine.plan;

import org.jspecify.annotations.NullMarked;
