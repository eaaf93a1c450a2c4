// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.kms;

import dev.privatellm.lab.gcp.compute.Projects;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a key ring, a key or a version of one. Projects may be written by id or number.
 *
 * @param project id or number, as the caller wrote it
 * @param key empty for a ring
 * @param version empty for a ring or a key
 */
record KeyName(String project, String ring, String key, String version) {

    private static final String ID = "([a-zA-Z0-9_-]{1,63})";
    private static final Pattern NAME = Pattern.compile(
            "projects/([^/]+)/locations/([^/]+)/keyRings/%s(?:/cryptoKeys/%s(?:/cryptoKeyVersions/(\\d{1,9}))?)?"
                    .formatted(ID, ID));

    /** @throws ApiError 400 if it is none, 501 if it is elsewhere */
    static KeyName parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw ApiError.invalid(
                    "Resource name [%s] does not match the pattern of a key ring, a key or a version.".formatted(name));
        }
        checkLocation("projects/x/locations/" + matcher.group(2));
        return new KeyName(matcher.group(1), matcher.group(3), text(matcher.group(4)), text(matcher.group(5)));
    }

    /** Refuses a parent {@code projects/…/locations/…} that is not kept here. */
    static void checkLocation(String parent) {
        if (!parent.endsWith("/locations/global")) {
            throw ApiError.of(501, "notImplemented", "Keys outside of the location global are not implemented here");
        }
    }

    private static String text(@Nullable String group) {
        return Optional.ofNullable(group).orElse("");
    }

    /** What stands for it whichever way the project is written. */
    String id() {
        return "%d/%s/%s".formatted(Projects.numberOf(project), ring, key);
    }

    /** The ring that it is, or is in. */
    KeyName inRing() {
        return new KeyName(project, ring, "", "");
    }

    @Override
    public String toString() {
        return "projects/%s/locations/global/keyRings/%s".formatted(project, ring)
                + (key.isEmpty() ? "" : "/cryptoKeys/" + key)
                + (version.isEmpty() ? "" : "/cryptoKeyVersions/" + version);
    }
}
