// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The settings of all projects; one that nobody has set up is as generous as a project can be. Refuses calls in a project that lacks billing
 * (https://cloud.google.com/billing/docs/how-to/modify-project) or a permission that the call needs. Thread-safe.
 */
public final class ProjectTable {
    /** Limit of every quota that is not set. */
    public static final int USUAL_LIMIT = 64;

    private static final Map<String, String> VERBS =
            Map.of("insert", "create", "aggregatedList", "list", "patch", "update");

    private final Map<String, ProjectSettings> projects = new ConcurrentHashMap<>();

    /** Sets a project up, whatever it was. */
    public void set(ProjectSettings settings) {
        projects.put(settings.project(), settings);
    }

    public ProjectSettings get(String project) {
        return projects.getOrDefault(project, ProjectSettings.usual(project));
    }

    /**
     * A limit.
     *
     * @param region empty for a quota of the whole project
     */
    public int limit(String project, String region, String metric) {
        return get(project).quotas().getOrDefault(region.isEmpty() ? metric : region + "/" + metric, USUAL_LIMIT);
    }

    /**
     * Refuses a call of Compute Engine that the project cannot make.
     *
     * @param rpc {@code Instances.Insert}
     * @throws ApiError 403, for want of billing or of a permission
     */
    public void check(String project, String rpc) {
        ProjectSettings settings = get(project);
        if (!settings.billing()) {
            throw ApiError.of(
                    403,
                    "BILLING_DISABLED",
                    "This API method requires billing to be enabled. Please enable billing on project #%s by visiting https://console.developers.google.com/billing/enable?project=%s then retry."
                            .formatted(project, project));
        }
        String permission = permission(rpc);
        if (settings.denied().contains(permission)) {
            throw ApiError.forbidden(permission, "projects/" + project);
        }
    }

    /** The permission that a method asks for, by the usual rule: https://cloud.google.com/compute/docs/access/iam-permissions. */
    private static String permission(String rpc) {
        String[] words = rpc.split("\\.", 2);
        String verb = lowerFirst(words[1]);
        return "compute.%s.%s".formatted(lowerFirst(words[0]), VERBS.getOrDefault(verb, verb));
    }

    private static String lowerFirst(String word) {
        return word.substring(0, 1).toLowerCase(Locale.ROOT) + word.substring(1);
    }
}
