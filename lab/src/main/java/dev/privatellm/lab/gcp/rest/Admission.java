// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

/** Tells whether somebody may call a method in a project. */
@FunctionalInterface
public interface Admission {

    /**
     * Returns if it is so.
     *
     * @param rpc short name such as {@code Instances.Insert}
     * @param project by id or number
     * @throws ApiError 403: there is no such project, or a permission is missing
     */
    void check(Caller caller, String rpc, String project);
}
