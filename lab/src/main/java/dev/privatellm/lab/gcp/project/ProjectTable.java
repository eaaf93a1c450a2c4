// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import dev.privatellm.lab.gcp.rest.Admission;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * The settings of all projects; one that nobody has set up is as generous as a project can be. Refuses calls in a project that nobody has, that lacks billing
 * (https://cloud.google.com/billing/docs/how-to/modify-project), whose minute has no calls left, or in which the operator lacks one of the permissions that the call needs. Thread-safe.
 */
public final class ProjectTable implements Admission {
    /** Limit of every quota that is not set. */
    public static final int USUAL_LIMIT = 64;

    private final Map<String, ProjectSettings> projects = new ConcurrentHashMap<>();
    private final Permissions permissions = Permissions.read();
    private final ToLongFunction<String> numbers;
    private final RateQuotas rates;

    /** @param numbers number of a project, by its id */
    public ProjectTable(ToLongFunction<String> numbers, Clock clock) {
        this.numbers = numbers;
        this.rates = new RateQuotas(clock);
    }

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

    /** Words and reason are those that were reported: google-gemini/gemini-cli#1808. A machine's account has rights of its own, which its services know. */
    @Override
    public void check(Caller caller, String rpc, String project) {
        ProjectSettings settings = byNumber(project);
        if (!settings.exists()) {
            throw ApiError.consumerInvalid(settings.project());
        }
        rates.count(settings, rpc);
        if (caller instanceof Caller.Operator) {
            permissions.of(rpc).stream()
                    .filter(permission -> !settings.allows(permission))
                    .findFirst()
                    .ifPresent(missing -> {
                        throw ApiError.forbidden(missing, "projects/" + settings.project());
                    });
        }
    }

    /** By id or number; a number is known once the project was set up, and before that there is nothing to know. */
    private ProjectSettings byNumber(String project) {
        return projects.values().stream()
                .filter(settings -> project.equals(settings.project())
                        || project.equals(Long.toString(numbers.applyAsLong(settings.project()))))
                .findFirst()
                .orElseGet(() -> ProjectSettings.usual(project));
    }

    /**
     * Refuses a call of Compute Engine in a project without billing.
     *
     * @throws ApiError 403
     */
    public void checkBilling(String project) {
        if (!get(project).billing()) {
            throw ApiError.of(
                    403,
                    "BILLING_DISABLED",
                    "This API method requires billing to be enabled. Please enable billing on project #%s by visiting https://console.developers.google.com/billing/enable?project=%s then retry."
                            .formatted(project, project));
        }
    }
}
