// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

/** Tells whether a project may use an API at all. */
@FunctionalInterface
public interface ApiSwitch {

    /**
     * Returns if it may.
     *
     * @param api such as {@code compute.googleapis.com}
     * @param project by id or number
     * @throws ApiError 403 {@code SERVICE_DISABLED}
     */
    void check(String api, String project);
}
