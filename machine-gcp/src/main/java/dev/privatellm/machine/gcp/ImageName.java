// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of an image in a document means: {@code project/family}, as {@code gcloud} lets people say it, or a link to a family or to an image. */
final class ImageName {
    private static final Pattern SHORT = Pattern.compile("(?<project>[^/]+)/(?<family>[^/]+)");
    private static final Pattern LINK =
            Pattern.compile("(?:.*/)?projects/(?<project>[^/]+)/global/images/family/(?<family>[^/]+)");

    private ImageName() {}

    /** A family of images, whose newest is meant. */
    record Family(String project, String family) {
        String link() {
            return "projects/%s/global/images/family/%s".formatted(project, family);
        }
    }

    /** The family that is named; empty if one image is. */
    static Optional<Family> family(String name) {
        return match(SHORT, name).or(() -> match(LINK, name));
    }

    private static Optional<Family> match(Pattern pattern, String name) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches()
                ? Optional.of(new Family(matcher.group("project"), matcher.group("family")))
                : Optional.empty();
    }
}
