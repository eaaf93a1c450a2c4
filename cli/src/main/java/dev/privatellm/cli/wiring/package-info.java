// SPDX-License-Identifier: Apache-2.0
/** Names the adapters: the only package of the command line that knows which cloud fills the ports. */
@NullMarked
package dev.privatellm.cli.wiring;

import org.jspecify.annotations.NullMarked;
