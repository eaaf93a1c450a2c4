// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A moment as the value of a label, {@code 2026-11-21t08-40-00z}: to the second, in UTC, readable, and of characters that labels may have
 * (<a href="https://cloud.google.com/resource-manager/docs/labels-overview">requirements for labels</a>).
 */
public final class LabelTime {
    /** Key of the label that says until when a machine's owner has claimed it. */
    public static final String LEASE = "pllm-held-until";

    /** Key of the label that says who has claimed it. */
    public static final String HOLDER = "pllm-holder";

    /** Key of the label that says since when nobody is known to answer for a machine. */
    public static final String ORPHAN_SINCE = "pllm-orphan-since";

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd't'HH-mm-ss'z'");

    private LabelTime() {}

    /** The value that means this moment, cut to the second. */
    public static String write(Instant moment) {
        return FORM.format(LocalDateTime.ofInstant(moment.truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC));
    }

    /** The moment that a value means; empty for any other text. */
    public static Optional<Instant> read(String value) {
        try {
            return Optional.of(LocalDateTime.parse(value, FORM).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
