// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Takes out of a text what must not stand in the report of a failed test, even though an emulator's secrets open nothing but that emulator. */
final class Secrets {
    private static final String NAME =
            "\\b(?:token|access_token|private_key|client_secret|assertion|api[-_]?key|password)\"?\\s*[:=]\\s*";

    private static final Pattern SECRET = Pattern.compile(
            // what is named a secret: in JSON, in forms and in shell, in headers
            "(?i)(" + NAME + "\")(?:[^\"\\\\]|\\\\.)*(?=\")"
                    + "|(" + NAME + ")[^\\s,}&\"]+"
                    + "|((?:authorization|x-api-key)\"?\\s*[:=]\\s*\"?)[^\"\\r\\n]+"
                    + "|(Bearer\\s+)\\S+"
                    // what looks like one: a key in PEM form, an access token, a signed JWT
                    + "|-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
                    + "|ya29\\.[\\w.-]+"
                    + "|eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");

    private Secrets() {}

    static String redacted(String text) {
        return SECRET.matcher(text)
                .replaceAll(found -> IntStream.rangeClosed(1, found.groupCount())
                                .mapToObj(found::group)
                                .filter(Objects::nonNull)
                                .findFirst()
                                .map(Matcher::quoteReplacement)
                                .orElse("")
                        + "(redacted)");
    }
}
