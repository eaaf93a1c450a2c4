// SPDX-License-Identifier: Apache-2.0
/** How a resource stands, in words: conditions, phase, stage, ETA and what gateways are told. The only writer of all of them; derived, never decided upon. */
@NullMarked
package dev.privatellm.controller.status;

import org.jspecify.annotations.NullMarked;
