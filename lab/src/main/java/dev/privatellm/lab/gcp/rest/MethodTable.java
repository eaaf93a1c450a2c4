// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import dev.privatellm.lab.gcp.http.HttpCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every method of some services by verb and length of path, so that one look-up tries a handful of templates. */
final class MethodTable {

    private final Map<String, List<RestMethod>> byShape = new HashMap<>();

    /** A method and what the path says for it. */
    record Match(RestMethod method, Map<String, String> pathFields) {}

    MethodTable(List<RestMethod> methods) {
        methods.forEach(
                method -> byShape.computeIfAbsent(method.verb() + method.path().length(), _ -> new ArrayList<>())
                        .add(method));
    }

    Optional<Match> find(String verb, String rawPath) {
        String path = rawPath;
        String pathVerb = "";
        int colon = rawPath.lastIndexOf(':');
        if (colon > rawPath.lastIndexOf('/')) {
            path = rawPath.substring(0, colon);
            pathVerb = rawPath.substring(colon + 1);
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(Math.min(1, path.length())).split("/", -1)) {
            segments.add(HttpCall.decode(segment.replace("+", "%2B")));
        }
        for (RestMethod method : byShape.getOrDefault(verb + segments.size(), List.of())) {
            Map<String, String> fields = method.path().match(segments, pathVerb);
            if (fields != null) {
                return Optional.of(new Match(method, fields));
            }
        }
        return Optional.empty();
    }
}
