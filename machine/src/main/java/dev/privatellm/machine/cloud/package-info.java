// SPDX-License-Identifier: Apache-2.0
/**
 * The ports through which a machine is made, admitted and named its secrets, with their values and their failures. No vendor's word appears here:
 * an adapter translates each of them once. Every mutation takes a {@link dev.privatellm.machine.cloud.RequestId}, so that repeating it after a lost
 * answer is the same mutation and never a second one; none of them waits for the cloud to finish.
 */
@NullMarked
package dev.privatellm.machine.cloud;

import org.jspecify.annotations.NullMarked;
