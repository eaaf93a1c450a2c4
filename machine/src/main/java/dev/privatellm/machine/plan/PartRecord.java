// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import java.time.Instant;

/**
 * A part that we have made or may have made, or have found to be ours. What is removed one day follows from these records, never from a specification that
 * may have changed.
 *
 * @param isSeen whether the cloud has said that it stands; else it was asked for and may take a while to appear
 * @param at when it was asked for, or last seen; of one whose answer never came, so long before that nobody waits for it to appear
 */
public record PartRecord(PartId id, boolean isSeen, Instant at) {}
