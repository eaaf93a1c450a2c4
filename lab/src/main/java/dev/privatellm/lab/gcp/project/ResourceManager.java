// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.project;

import com.google.api.HttpRule;
import com.google.iam.v1.IamPolicyProto;
import com.google.iam.v1.TestIamPermissionsRequest;
import com.google.iam.v1.TestIamPermissionsResponse;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.ApiSwitch;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.List;
import java.util.Map;

/**
 * Resource Manager as far as it tells what its caller may do in a project:
 * https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions. At most 100 permissions are taken; wildcards are refused.
 * It is an API like any other, and has to be enabled: https://cloud.google.com/resource-manager/docs/creating-managing-projects.
 */
public final class ResourceManager {
    private static final String API = "cloudresourcemanager.googleapis.com";
    private static final int MAX_PERMISSIONS = 100;

    private final RestService service = RestService.mixin(
            IamPolicyProto.getDescriptor(),
            Map.of(
                    "IAMPolicy.TestIamPermissions",
                    List.of(HttpRule.newBuilder()
                            .setPost("/v3/{resource=projects/*}:testIamPermissions")
                            .setBody("*")
                            .build())),
            ResourceManager::authorize);

    public ResourceManager(ProjectTable projects, ApiSwitch apis) {
        service.on("IAMPolicy.TestIamPermissions", TestIamPermissionsRequest.getDefaultInstance(), (_, request) -> {
            String project = request.getResource().substring("projects/".length());
            apis.check(API, project);
            if (request.getPermissionsCount() == 0 || request.getPermissionsCount() > MAX_PERMISSIONS) {
                throw ApiError.invalid("permissions: 1 to %d are taken".formatted(MAX_PERMISSIONS));
            }
            for (String permission : request.getPermissionsList()) {
                if (!permission.matches("[a-z]+\\.[a-zA-Z]+(\\.[a-zA-Z]+)+")) {
                    throw ApiError.invalid("Permission %s is not valid for this resource.".formatted(permission));
                }
            }
            ProjectSettings settings = projects.get(project);
            return TestIamPermissionsResponse.newBuilder()
                    .addAllPermissions(request.getPermissionsList().stream()
                            .filter(settings::allows)
                            .toList())
                    .build();
        });
    }

    private static void authorize(Caller caller, String rpc) {
        if (caller instanceof Caller.Machine) {
            throw ApiError.of(403, "IAM_PERMISSION_DENIED", "%s may not call %s.".formatted(caller.email(), rpc));
        }
    }

    /** Its methods. */
    public RestService service() {
        return service;
    }
}
