// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import java.util.Map;
import java.util.Set;

/** The codes that faults are named by, and the HTTP status that belongs to each. */
public final class FaultCodes {

    private static final Set<String> OF_OPERATIONS = Set.of(
            "ZONE_RESOURCE_POOL_EXHAUSTED",
            "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS",
            "STOCKOUT",
            "QUOTA_EXCEEDED",
            "UNSUPPORTED_OPERATION",
            "PREEMPTED",
            "RESOURCE_NOT_READY",
            "RESOURCE_OPERATION_RATE_EXCEEDED",
            "IP_SPACE_EXHAUSTED",
            "CONDITION_NOT_MET",
            "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
            "INTERNAL_ERROR");

    private static final Map<String, Integer> HTTP = Map.ofEntries(
            Map.entry("INVALID_ARGUMENT", 400),
            Map.entry("FAILED_PRECONDITION", 400),
            Map.entry("resourceNotReady", 400),
            Map.entry("RESOURCE_NOT_READY", 400),
            Map.entry("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", 400),
            Map.entry("INVALID_USAGE", 400),
            Map.entry("UNSUPPORTED_OPERATION", 400),
            Map.entry("PREEMPTED", 400),
            Map.entry("UNAUTHENTICATED", 401),
            Map.entry("PERMISSION_DENIED", 403),
            Map.entry("IAM_PERMISSION_DENIED", 403),
            Map.entry("forbidden", 403),
            Map.entry("QUOTA_EXCEEDED", 403),
            Map.entry("quotaExceeded", 403),
            Map.entry("rateLimitExceeded", 403),
            Map.entry("RESOURCE_OPERATION_RATE_EXCEEDED", 403),
            Map.entry("NOT_FOUND", 404),
            Map.entry("notFound", 404),
            Map.entry("ALREADY_EXISTS", 409),
            Map.entry("ABORTED", 409),
            Map.entry("CONDITION_NOT_MET", 412),
            Map.entry("RESOURCE_EXHAUSTED", 429),
            Map.entry("INTERNAL", 500),
            Map.entry("INTERNAL_ERROR", 500));

    private FaultCodes() {}

    static boolean isOfOperation(String code) {
        return OF_OPERATIONS.contains(code);
    }

    /** HTTP status of a code; one that is a number is that, an unknown word is 503. */
    public static int http(String code) {
        if (code.length() == 3 && code.chars().allMatch(Character::isDigit)) {
            return Integer.parseInt(code);
        }
        return HTTP.getOrDefault(code, 503);
    }
}
