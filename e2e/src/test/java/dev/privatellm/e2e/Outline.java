// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client's parser depends on in an answer: the lines of its body in their order, and in each JSON document which members there are, of which types,
 * which of them are empty or zero. Values are kept only where they are words of the protocol. Equal lines after another, which are the pieces of a text, count
 * once.
 */
final class Outline {
    /** Members whose values are words of the protocol, or messages that people read. */
    private static final Set<String> WORDS = Set.of(
            "type",
            "object",
            "role",
            "status",
            "done_reason",
            "finish_reason",
            "stop_reason",
            "owned_by",
            "error",
            "message",
            "code",
            "param",
            "capabilities",
            "system_fingerprint");

    /** Lists of models: Ollama sorts them by the second of their change, and those of the same second differ from call to call. */
    private static final Set<String> UNORDERED = Set.of("models", "data");

    /** A decoder's own words about a body that is not JSON. */
    private static final Pattern NOT_JSON = Pattern.compile("invalid character .*|(unexpected )?EOF");

    private final Set<String> leftOut;

    private Outline(Set<String> leftOut) {
        this.leftOut = leftOut;
    }

    /** @param leftOut names of members that are passed over, wherever they stand */
    static List<String> of(String body, Set<String> leftOut) {
        var outline = new Outline(leftOut);
        List<String> lines = new ArrayList<>();
        for (String line : body.split("\n", -1)) {
            String shape = outline.line(line);
            if (lines.isEmpty() || !lines.getLast().equals(shape)) {
                lines.add(shape);
            }
        }
        return withoutRepeats(lines);
    }

    /** An event is two or three lines with an empty one after them, so repeats of a piece are repeats of that many lines. */
    private static List<String> withoutRepeats(List<String> lines) {
        List<String> kept = new ArrayList<>();
        for (String line : lines) {
            kept.add(line);
            for (int period = 2; period <= 3; period++) {
                int size = kept.size();
                if (size >= 2 * period
                        && kept.subList(size - period, size).equals(kept.subList(size - 2 * period, size - period))) {
                    kept.subList(size - period, size).clear();
                }
            }
        }
        return kept;
    }

    private String line(String line) {
        String label = line.startsWith("data: ") ? "data: " : "";
        String content = line.substring(label.length());
        return content.startsWith("{") || content.startsWith("[{")
                ? label + shape("", JsonMapper.shared().readTree(content))
                : line;
    }

    private String shape(String name, JsonNode node) {
        if (node.isObject()) {
            return node.properties().stream()
                    .filter(member -> !leftOut.contains(member.getKey()))
                    .map(member -> member.getKey() + ":" + shape(member.getKey(), member.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (node.isArray()) {
            var shapes = node.valueStream().map(item -> shape(name, item)).distinct();
            return (UNORDERED.contains(name) ? shapes.sorted() : shapes).collect(Collectors.joining("|", "[", "]"));
        }
        if (node.isString()) {
            return string(name, node.stringValue());
        }
        return node.isNumber() ? (node.asDouble() == 0 ? "0" : "n") : node.toString();
    }

    private static String string(String name, String value) {
        if (NOT_JSON.matcher(value).matches()) {
            return "not JSON";
        }
        if (value.isEmpty() || WORDS.contains(name)) {
            return '"' + value + '"';
        }
        if (name.endsWith("id") && value.matches("[a-z]+[-_].*")) {
            return '"' + value.replaceFirst("[-_].*", "") + value.replaceFirst("[a-z]+([-_]).*", "$1") + "…\"";
        }
        return "…";
    }
}
