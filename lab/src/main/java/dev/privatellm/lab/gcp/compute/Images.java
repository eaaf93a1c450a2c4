// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.GetFromFamilyImageRequest;
import com.google.cloud.compute.v1.Image;
import dev.privatellm.lab.gcp.rest.Admission;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The method of {@code images} that tells the newest of a family, and who may fill a disk from one:
 * https://cloud.google.com/compute/docs/images/image-families-best-practices. Images that Google publishes may be used by everybody; those of another project
 * by whom it admits (https://cloud.google.com/compute/docs/images/managing-access-custom-images). Guarded by the ground's lock.
 */
final class Images {
    /** What the right to use an image is looked up as: no method of its own. */
    private static final String USE = "Images.Use";

    private static final String COLLECTION = "global/images/";
    private static final String FAMILY = "family/";

    private final Ground ground;
    private final Admission admission;
    private final Map<String, List<Published>> published = new HashMap<>();

    private record Published(String family, Image image) {}

    Images(Ground ground, Admission admission) {
        this.ground = ground;
        this.admission = admission;
        PublicImages.FAMILIES.forEach(
                (project, families) -> families.forEach(family -> publish(project, family, family + "-v20260801")));
    }

    void bind(RestService service) {
        service.on("Images.GetFromFamily", GetFromFamilyImageRequest.getDefaultInstance(), (_, request) -> {
            synchronized (ground.lock()) {
                String path = Links.project(request.getProject()) + "/" + COLLECTION + FAMILY + request.getFamily();
                return find(request.getProject(), FAMILY + request.getFamily())
                        .orElseThrow(() -> ApiError.notFound(path));
            }
        });
    }

    /** Adds an image, from now on the newest of its family. */
    void publish(String project, String family, String name) {
        Links.checkName("resource.name", name);
        published
                .computeIfAbsent(project, _ -> new ArrayList<>())
                .add(new Published(
                        family,
                        Image.newBuilder()
                                .setKind("compute#image")
                                .setId(ground.newId())
                                .setName(name)
                                .setFamily(family)
                                .setStatus("READY")
                                .setDiskSizeGb(10)
                                .setArchitecture("X86_64")
                                .setCreationTimestamp(Links.time(ground.clock().instant()))
                                .setSelfLink(Links.self(Links.project(project) + "/" + COLLECTION + name))
                                .build()));
    }

    /**
     * Refuses an image that is not there, or that the caller may not fill a disk from.
     *
     * @param link of an image or of a family
     * @throws ApiError 403 or 404
     */
    void check(Caller caller, String project, String link) {
        String path = Links.path(project, link);
        String[] parts = path.split("/", 3);
        admission.check(caller, USE, parts[1]);
        if (find(parts[1], parts[2].substring(COLLECTION.length())).isEmpty()) {
            throw ApiError.notFound(path);
        }
    }

    private Optional<Image> find(String project, String name) {
        return published.getOrDefault(project, List.of()).reversed().stream()
                .filter(image -> name.equals(image.image().getName()) || name.equals(FAMILY + image.family()))
                .map(Published::image)
                .findFirst();
    }
}
