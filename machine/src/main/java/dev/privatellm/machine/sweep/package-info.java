// SPDX-License-Identifier: Apache-2.0
/**
 * What is left over in a project and may go: things that say of themselves that we made them, held against what the records of this installation answer for.
 * Decides only; looking and removing is done by whoever asks.
 */
@NullMarked
package dev.privatellm.machine.sweep;

import org.jspecify.annotations.NullMarked;
