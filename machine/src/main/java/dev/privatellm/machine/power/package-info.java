// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the machine should have power: the states of its life, who wants it, and the one policy that answers with a reason. Pure values and functions;
 * nothing here knows a cloud, a cluster or a thread.
 */
@NullMarked
package dev.privatellm.machine.power;

import org.jspecify.annotations.NullMarked;
