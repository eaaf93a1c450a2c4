// SPDX-License-Identifier: Apache-2.0
/** The ports from the controller to the guest on a machine and to whoever can tell our own address. How a call is made is not known here. */
@NullMarked
package dev.privatellm.machine.link;

import org.jspecify.annotations.NullMarked;
