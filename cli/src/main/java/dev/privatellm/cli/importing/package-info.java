// SPDX-License-Identifier: Apache-2.0
/** Reads what earlier tools of the same purpose left behind, and says in today's words what it meant. Changes nothing. */
@NullMarked
package dev.privatellm.cli.importing;

import org.jspecify.annotations.NullMarked;
