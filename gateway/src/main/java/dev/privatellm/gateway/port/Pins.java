// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The server leaves that are trusted, as SHA-256 of their DER in lower-case hex. {@code next} is trusted as well while a renewal is under way. There is
 * always a current one: without a pin there is no connection.
 */
public record Pins(String current, Optional<String> next) {
    private static final Pattern FINGERPRINT = Pattern.compile("(?!0{64})[0-9a-f]{64}");

    public Pins {
        requireFingerprint("pins.current", current);
        next.ifPresent(pin -> requireFingerprint("pins.next", pin));
    }

    /** Whether a leaf with this fingerprint is trusted. */
    public boolean trust(String fingerprint) {
        return current.equals(fingerprint) || next.filter(fingerprint::equals).isPresent();
    }

    private static void requireFingerprint(String field, String value) {
        if (!FINGERPRINT.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    field + ": " + value + " (expected: SHA-256 in 64 lower-case hex digits)");
        }
    }
}
