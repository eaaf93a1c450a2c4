// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.Optional;

/**
 * What is taken over rather than made.
 *
 * @param instance name of a machine of the user's in the first of the zones, which becomes ours with its disk; empty = none
 */
public record Adopt(Optional<String> instance) {}
