// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.util.Optional;

/**
 * What is taken over rather than made.
 *
 * @param instance name of a machine of the user's in the first of the zones, which becomes ours with its disk; empty = none
 * @param id the cloud's own number of it: whoever writes it down has looked at that machine, and meant no other of a similar name; empty = nobody has
 */
public record Adopt(Optional<String> instance, Optional<String> id) {}
