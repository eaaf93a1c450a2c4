// SPDX-License-Identifier: Apache-2.0
/** What it cost: the book of runs and of what stands between them, and sums over it. Pure values but for the port of the book; nothing here decides about power. */
@NullMarked
package dev.privatellm.machine.cost;

import org.jspecify.annotations.NullMarked;
