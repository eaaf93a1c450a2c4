// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the engine's log, and lets through what is nobody's text. Ollama says what happened in a fixed message and to what in fields: of a field only a number is told, and of a request
 * the method, a path of the API, the status and the time it took. Lines of any other form are left out, those of the model's own runner among them; so are debug lines, which Ollama writes prompts
 * into. Hence a prompt or an answer cannot be in what is told, whatever field it got into; an error's own words are lost by that, too.
 */
final class EngineLog {
    /** What comes later in a line is not looked at. */
    private static final int MOST_LINE_CHARACTERS = 1000;

    private static final int MOST_MESSAGE_CHARACTERS = 100;

    private static final Pattern EVENT = Pattern.compile(
            "time=(\\S{1,40}) level=(INFO|WARN|ERROR) source=([a-zA-Z0-9_./-]{1,60}:[0-9]{1,6}) msg=(?:\"([a-zA-Z0-9 ,.:;()_/-]*)\"|([a-zA-Z0-9_.-]+))((?: .*)?)");

    private static final Pattern NUMBER = Pattern.compile(
            " ([a-zA-Z_.]{1,30})=\"?([0-9]{1,15}(?:\\.[0-9]{1,9})?(?: ?(?:[KMGT]i?B|B|%|[nµm]?s))?)\"?(?= |$)");

    private static final Pattern REQUEST = Pattern.compile(
            "\\[GIN\\] ([0-9/]{10} - [0-9:]{8}) \\| +([0-9]{3}) \\| +([0-9.hmnsµ]{1,20}) \\| +[0-9a-f.:]{2,45} \\| ([A-Z]{3,7}) +\"(/(?:(?:api|v1)/[a-z_]{1,20}(?:/[a-z_]{1,20})?)?)(?:[?\"/].*)?");

    private static final DateTimeFormatter REQUEST_TIME = DateTimeFormatter.ofPattern("uuuu/MM/dd - HH:mm:ss");

    private EngineLog() {}

    /** A line that may be told. */
    record Line(Instant at, String text) {}

    static List<Line> tellable(String log, ZoneId zone) {
        return log.lines()
                .map(line -> line.substring(0, Math.min(line.length(), MOST_LINE_CHARACTERS)))
                .map(line -> event(line).or(() -> request(line, zone)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Line> event(String line) {
        Matcher found = EVENT.matcher(line);
        if (!found.matches()) {
            return Optional.empty();
        }
        String message = found.group(4) == null ? found.group(5) : found.group(4);
        StringBuilder text = new StringBuilder("engine ")
                .append(found.group(2))
                .append(' ')
                .append(found.group(3))
                .append(' ')
                .append(message, 0, Math.min(message.length(), MOST_MESSAGE_CHARACTERS));
        Matcher numbers = NUMBER.matcher(unquoted(found.group(6)));
        while (numbers.find()) {
            text.append(' ').append(numbers.group(1)).append('=').append(numbers.group(2));
        }
        try {
            return Optional.of(new Line(OffsetDateTime.parse(found.group(1)).toInstant(), text.toString()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Fields without those whose quoted value has more in it than one number: what looks like a field in there is none. */
    private static String unquoted(String fields) {
        return fields.replaceAll("=\"(?![0-9.]+ ?[a-zA-Zµ%]{0,3}\")[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+(?:\"|$)", "=");
    }

    private static Optional<Line> request(String line, ZoneId zone) {
        Matcher found = REQUEST.matcher(line);
        if (!found.matches()) {
            return Optional.empty();
        }
        try {
            Instant at = LocalDateTime.parse(found.group(1), REQUEST_TIME)
                    .atZone(zone)
                    .toInstant();
            return Optional.of(new Line(
                    at,
                    "engine %s %s: %s, %s".formatted(found.group(4), found.group(5), found.group(2), found.group(3))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
