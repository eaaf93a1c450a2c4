// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/**
 * Whom a machine acts as.
 *
 * @param accountId the part before the {@code @}, 6 to 30 of a-z, 0-9 and -
 * @param email full address
 * @param description free text of whoever made it; ours names the owner's UID
 */
public record ServiceAccount(String accountId, String email, String description) {}
