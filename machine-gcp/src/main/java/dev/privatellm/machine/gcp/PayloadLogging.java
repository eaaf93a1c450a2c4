// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.gax.logging.LoggingUtils;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keeps secrets out of Google's own logging. At level CONFIG its HTTP client writes whole bodies, a machine's bundle included, and a logging set-up that
 * turns everything on would not know better; so these loggers are off. The other way, by environment variable, cannot be closed from here and is refused.
 */
final class PayloadLogging {
    /**
     * Held strongly: a logger that nobody holds is collected, and forgets its level. The last one only complains, with a stack trace, that a TLS library is
     * missing that we leave out.
     */
    private static final List<Logger> SILENCED = List.of(
            Logger.getLogger("com.google.api.client.http.HttpTransport"),
            Logger.getLogger("com.google.api.gax.httpjson.HttpJsonConscryptUtils"));

    private PayloadLogging() {}

    /** @throws IllegalStateException if the process was started with Google's payload logging switched on */
    static void silence() {
        if (LoggingUtils.isLoggingEnabled()) {
            throw new IllegalStateException(
                    "GOOGLE_SDK_JAVA_LOGGING: true (expected: unset; it writes secrets into the log)");
        }
        SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
    }
}
