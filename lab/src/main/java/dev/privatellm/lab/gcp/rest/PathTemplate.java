// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path of an HTTP rule ({@code google/api/http.proto}): literal segments, {@code {field}}, {@code {field=projects/*}} and a verb after the last colon.
 */
final class PathTemplate {

    private static final String ANY = "*";

    /** Segments in order, {@link #ANY} where any word fits. */
    private final List<String> segments = new ArrayList<>();

    /** Field name to its first segment and the one after its last. */
    private final Map<String, int[]> fields = new LinkedHashMap<>();

    private final String verb;

    private PathTemplate(String verb) {
        this.verb = verb;
    }

    static PathTemplate parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasVerb = colon > text.lastIndexOf('}') && colon > text.lastIndexOf('/');
        PathTemplate template = new PathTemplate(hasVerb ? text.substring(colon + 1) : "");
        String path = hasVerb ? text.substring(0, colon) : text;
        int at = 1;
        while (at < path.length()) {
            int end;
            if (path.charAt(at) == '{') {
                end = path.indexOf('}', at);
                String inner = path.substring(at + 1, end);
                int equals = inner.indexOf('=');
                String pattern = equals < 0 ? ANY : inner.substring(equals + 1);
                int first = template.segments.size();
                template.segments.addAll(List.of(pattern.split("/", -1)));
                template.fields.put(
                        equals < 0 ? inner : inner.substring(0, equals), new int[] {first, template.segments.size()});
                end++;
            } else {
                end = path.indexOf('/', at) < 0 ? path.length() : path.indexOf('/', at);
                template.segments.add(path.substring(at, end));
            }
            at = end + 1;
        }
        return template;
    }

    /** How many segments a path must have. */
    int length() {
        return segments.size();
    }

    /** Values of the fields, or null if the path is another one. */
    @Nullable
    Map<String, String> match(List<String> path, String pathVerb) {
        if (path.size() != segments.size() || !verb.equals(pathVerb)) {
            return null;
        }
        for (int i = 0; i < path.size(); i++) {
            if (!segments.get(i).equals(ANY) && !segments.get(i).equals(path.get(i))) {
                return null;
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        fields.forEach((field, span) -> values.put(field, String.join("/", path.subList(span[0], span[1]))));
        return values;
    }
}
