// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

import java.util.Optional;

/**
 * Where a guest is and how it proves itself.
 *
 * @param host IP literal that is dialled
 * @param port TCP port
 * @param serverName name in its certificate, set as SNI and checked
 * @param pin SHA-256 of its leaf in lower-case hex
 * @param nextPin a pin trusted as well while a renewal is under way
 * @param generation certificate generation; connections and sessions of another one are not reused
 */
public record GuestAddress(
        String host, int port, String serverName, String pin, Optional<String> nextPin, long generation) {}
