// SPDX-License-Identifier: Apache-2.0
/** Tests of the assembled system: the launcher, processes that are killed, client libraries that do not know us. */
@NullMarked
package dev.privatellm.e2e;

import org.jspecify.annotations.NullMarked;
