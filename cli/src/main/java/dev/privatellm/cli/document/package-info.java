// SPDX-License-Identifier: Apache-2.0
/** A document as people write it: which fields it has, and how one of them is changed without touching the rest. */
@NullMarked
package dev.privatellm.cli.document;

import org.jspecify.annotations.NullMarked;
