// SPDX-License-Identifier: Apache-2.0
/** One class per command: parse, call, render. People and {@code -o json} are shown the same value; data goes to stdout, talk to stderr. */
@NullMarked
package dev.privatellm.cli.command;

import org.jspecify.annotations.NullMarked;
