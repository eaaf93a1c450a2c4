// SPDX-License-Identifier: Apache-2.0
/**
 * The program on the GPU machine: a TLS front before the engine that admits only who carries a certificate and a token of ours, the model made present and loaded, and the switch that
 * turns the machine off when nobody answers for it any more.
 *
 * <p>It knows the metadata server and one secret, nothing else of a cloud and nothing of Kubernetes. What it needs to be trusted with stays in memory.
 */
@NullMarked
package dev.privatellm.guest;

import org.jspecify.annotations.NullMarked;
