// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Compute Engine's ways to write names, links, times and fingerprints. */
final class Links {

    private static final String BASE = "https://www.googleapis.com/compute/v1/";
    private static final Pattern NAME = Pattern.compile("[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?");

    /** The service writes its times in the zone of its makers. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT)
            .withZone(ZoneId.of("America/Los_Angeles"));

    private Links() {}

    static String self(String path) {
        return BASE + path;
    }

    static String project(String project) {
        return "projects/" + project;
    }

    static String zone(String project, String zone) {
        return "projects/" + project + "/zones/" + zone;
    }

    static String in(String project, String zone, String collection, String name) {
        return zone(project, zone) + "/" + collection + "/" + name;
    }

    static String global(String project, String collection, String name) {
        return "projects/" + project + "/global/" + collection + "/" + name;
    }

    static String region(String project, String region) {
        return "projects/" + project + "/regions/" + region;
    }

    static String regional(String project, String region, String collection, String name) {
        return region(project, region) + "/" + collection + "/" + name;
    }

    /** Where an operation or a collection is: {@code global}, {@code zones/…} or {@code regions/…} of a project. */
    static String at(String project, String location) {
        return "projects/" + project + "/" + location;
    }

    /** The path that a full or partial link means; one without a project is of the given one. */
    static String path(String project, String link) {
        int at = ("/" + link).lastIndexOf("/projects/");
        return at < 0 ? at(project, link) : link.substring(at);
    }

    /** The last word of a link. */
    static String last(String link) {
        return link.substring(link.lastIndexOf('/') + 1);
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    static String fingerprint(RandomGenerator random) {
        byte[] bytes = new byte[9];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** Refuses what is no name of a resource (RFC 1035, 1 to 63 characters). */
    static void checkName(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw ApiError.invalidField(
                    field, name, "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'");
        }
    }

    /**
     * The name at the end of a full or partial link into a collection.
     *
     * @param prefix what stands before the name at the least, such as {@code zones/us-central1-a/machineTypes/}
     */
    static String nameOf(String field, String link, String prefix) {
        int at = ("/" + link).lastIndexOf("/" + prefix);
        String name = at < 0 ? "" : link.substring(at + prefix.length());
        if (name.isEmpty() || name.contains("/")) {
            throw ApiError.invalidField(field, link, "The URL is malformed.");
        }
        return name;
    }
}
