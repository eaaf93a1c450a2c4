// SPDX-License-Identifier: Apache-2.0
/**
 * One step of one resource, wherever its state is stored: read the record, look at what the decision needs to know, decide, carry out at most one effect,
 * record, say how it stands and when to come again. Nothing here waits, and nothing here decides.
 */
@NullMarked
package dev.privatellm.controller.step;

import org.jspecify.annotations.NullMarked;
