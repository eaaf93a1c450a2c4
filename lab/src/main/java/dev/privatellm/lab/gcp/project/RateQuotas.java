// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import dev.privatellm.lab.gcp.rest.ApiError;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts the calls of each project that has rates, by group and minute: what is used up refills at the start of the next minute of the clock, for all callers of
 * the project alike (https://cloud.google.com/compute/api-quota). Compute Engine refuses with status 403 and {@code rateLimitExceeded} as that page says, the
 * other services with 429 and {@code RESOURCE_EXHAUSTED} (https://cloud.google.com/kms/docs/monitor-adjust-quotas). None of them says for how long. Thread-safe.
 */
final class RateQuotas {
    private static final String COMPUTE = "compute.googleapis.com";
    private static final Set<String> READS = Set.of("Get", "List", "TestIamPermissions");

    /** Calls a minute that a project has of each group unless it is set up otherwise. */
    private static final Map<String, Integer> DOCUMENTED = Map.of(
            // https://cloud.google.com/compute/api-quota
            COMPUTE + "/default",
            1500,
            COMPUTE + "/read_requests",
            1500,
            COMPUTE + "/list_requests",
            1500,
            COMPUTE + "/operation_read_requests",
            1500,
            // https://cloud.google.com/secret-manager/quotas
            "secretmanager.googleapis.com/access_requests",
            90_000,
            "secretmanager.googleapis.com/read_requests",
            600,
            "secretmanager.googleapis.com/write_requests",
            600,
            // https://cloud.google.com/kms/quotas
            "cloudkms.googleapis.com/read_requests",
            300,
            "cloudkms.googleapis.com/write_requests",
            60);

    private final Clock clock;
    private final Map<String, Integer> counted = new HashMap<>();
    private long minute;

    RateQuotas(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts a call.
     *
     * @param rpc short name such as {@code Instances.Insert}
     * @throws ApiError 403 or 429 if the minute's calls are used up
     */
    void count(ProjectSettings settings, String rpc) {
        if (settings.rates().isEmpty()) {
            return;
        }
        String group = group(rpc);
        int limit = settings.rates().get().getOrDefault(group, DOCUMENTED.getOrDefault(group, Integer.MAX_VALUE));
        if (next(settings.project() + " " + group) > limit) {
            throw refusal(group, limit, settings.project());
        }
    }

    private synchronized int next(String key) {
        long now = clock.instant().getEpochSecond() / 60;
        if (now != minute) {
            minute = now;
            counted.clear();
        }
        return counted.merge(key, 1, Integer::sum);
    }

    private static ApiError refusal(String group, int limit, String project) {
        String message = "Quota exceeded for quota metric '%s' and limit '%d per minute' for consumer 'project:%s'."
                .formatted(group, limit, project);
        return group.startsWith(COMPUTE)
                ? ApiError.of(403, "rateLimitExceeded", message)
                : ApiError.of(429, "RATE_LIMIT_EXCEEDED", message);
    }

    private static String group(String rpc) {
        String resource = rpc.substring(0, rpc.indexOf('.') < 0 ? rpc.length() : rpc.indexOf('.'));
        String method = rpc.substring(rpc.indexOf('.') + 1);
        boolean isRead = READS.stream().anyMatch(method::startsWith);
        return switch (resource) {
            case "SecretManagerService" ->
                "secretmanager.googleapis.com/"
                        + (method.startsWith("Access") ? "access" : isRead ? "read" : "write")
                        + "_requests";
            case "KeyManagementService" -> "cloudkms.googleapis.com/" + (isRead ? "read" : "write") + "_requests";
            case "GlobalOperations", "RegionOperations", "ZoneOperations" -> COMPUTE + "/operation_read_requests";
            case "Instances",
                    "Disks",
                    "Images",
                    "Firewalls",
                    "Networks",
                    "Subnetworks",
                    "MachineTypes",
                    "Regions",
                    "Projects" ->
                COMPUTE + "/"
                        + (method.contains("List")
                                ? "list_requests"
                                : method.startsWith("Get") ? "read_requests" : "default");
            default -> resource;
        };
    }
}
