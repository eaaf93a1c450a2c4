// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import java.util.List;
import java.util.Map;

/** Families of images that Google publishes, as far as anybody here asks for them: https://cloud.google.com/deep-learning-vm/docs/images. */
public final class PublicImages {
    static final Map<String, List<String>> FAMILIES = Map.of(
            "deeplearning-platform-release",
            List.of("common-cu128-ubuntu-2404-nvidia-570"),
            "debian-cloud",
            List.of("debian-12"));

    private PublicImages() {}

    /** Whether a project is one of Google's, in which everybody may read and nobody has to enable anything. */
    public static boolean areIn(String project) {
        return FAMILIES.containsKey(project);
    }
}
