// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.secret;

import dev.privatellm.lab.gcp.compute.Projects;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a secret or of one of its versions. Projects may be written by id or number; the service answers with the number.
 *
 * @param version number or {@code latest}; empty for the secret itself
 */
record Resource(long project, String secret, String version) {

    private static final Pattern NAME =
            Pattern.compile("projects/([^/]+)/secrets/([a-zA-Z0-9_-]{1,255})(?:/versions/([a-z0-9]+))?");

    /** @throws ApiError 400 if it is none, or in a location of its own, which is not kept here */
    static Resource parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw ApiError.invalid(
                    "The provided Secret ID [%s] does not match the expected format [projects/*/secrets/*]"
                            .formatted(name));
        }
        String version = matcher.group(3);
        return new Resource(project("projects/" + matcher.group(1)), matcher.group(2), version == null ? "" : version);
    }

    /** Number of the project of {@code projects/…}. */
    static long project(String parent) {
        String word = parent.substring(parent.indexOf('/') + 1);
        if (word.contains("/")) {
            throw ApiError.of(501, "notImplemented", "Regional secrets are not implemented here: " + parent);
        }
        return Projects.numberOf(word);
    }

    /** Name of the secret as the service writes it. */
    String secretName() {
        return "projects/" + project + "/secrets/" + secret;
    }
}
