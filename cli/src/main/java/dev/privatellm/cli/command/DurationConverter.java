// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 0s}, {@code 90s}, {@code 1m30s}, {@code 2h}: ISO-8601 durations without their {@code PT}. Negative ones are refused. */
public final class DurationConverter implements ITypeConverter<Duration> {

    /** The same duration as people write it. */
    static String text(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    @Override
    public Duration convert(String text) {
        try {
            var duration = Duration.parse("PT" + text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // falls through to the one message
        }
        throw new TypeConversionException("'%s' is not a duration (expected: 20s, 1m30s, 2h)".formatted(text));
    }
}
