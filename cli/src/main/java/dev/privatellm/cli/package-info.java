// SPDX-License-Identifier: Apache-2.0
/** {@code private-llm}, the command line: its entry point alone. What a command does is in {@code command}, the life without a cluster in {@code workstation}. */
@NullMarked
package dev.privatellm.cli;

import org.jspecify.annotations.NullMarked;
