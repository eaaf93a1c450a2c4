// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** What a cron expression of a document may look like. */
final class CronForm {
    static final String EXPECTATION =
            "a cron expression of five fields that matches at some time, such as '* 8-17 * * MON-FRI'";

    private static final int MAX_LENGTH = 120;
    private static final ZonedDateTime ANY_TIME = ZonedDateTime.of(2024, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private CronForm() {}

    static boolean isFine(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        try {
            var cron = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(text);
            return ExecutionTime.forCron(cron).nextExecution(ANY_TIME).isPresent();
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }
}
