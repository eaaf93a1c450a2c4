// SPDX-License-Identifier: Apache-2.0
/**
 * The controller's side of the link to a machine: pinned calls to the guest, the watch that keeps its health current, the look-up of our own addresses,
 * and the documents that tell a gateway how to reach it. Every security question that is not answered is answered with no.
 */
@NullMarked
package dev.privatellm.controller.link;

import org.jspecify.annotations.NullMarked;
