// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** What a cloud offers behind a switch of its own in every project. */
public enum Api {
    MACHINES,
    SECRETS,
    IDENTITIES,
    ARTIFACTS,
    KEYS
}
