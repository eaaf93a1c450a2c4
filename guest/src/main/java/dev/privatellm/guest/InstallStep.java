// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One step of the machine's startup script in this boot, and how it ended; zero is success. */
record InstallStep(String name, int exitCode) {
    /** The last of the steps, however they ended. */
    static final String DONE = "done";

    private static final Pattern LINE = Pattern.compile("(?m)^([a-z-]{1,40}) ([0-9]{1,3})$");

    /** Whether there is no engine without it. */
    boolean isForEngine() {
        return name.equals("config") || name.startsWith("engine");
    }

    /** The steps that the script wrote down, in their order. Lines that tell something else are passed over. */
    static List<InstallStep> parse(String text) {
        return LINE.matcher(text).results().map(InstallStep::of).toList();
    }

    private static InstallStep of(MatchResult line) {
        return new InstallStep(line.group(1), Integer.parseInt(line.group(2)));
    }
}
