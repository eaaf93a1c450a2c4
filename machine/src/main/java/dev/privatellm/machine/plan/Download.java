// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

/**
 * An archive that a machine fetches and installs.
 *
 * @param url over TLS; one of Cloud Storage is fetched with the machine's own identity
 * @param sha256 of what has to come, in lower-case hex
 */
public record Download(String url, String sha256) {}
