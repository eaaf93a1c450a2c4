// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * What may happen to what is there already.
 *
 * @param mayReplace whether a machine that cannot become what is asked for is given up for another one without being asked
 */
public record Policies(boolean mayReplace) {}
