// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.iam;

import com.google.api.serviceusage.v1beta1.GenerateServiceIdentityRequest;
import com.google.api.serviceusage.v1beta1.ServiceIdentity;
import com.google.api.serviceusage.v1beta1.ServiceUsageProto;
import com.google.longrunning.Operation;
import com.google.protobuf.Any;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Service Usage v1beta1 as far as it makes the accounts that Google's services act as in a project ("service agents"):
 * https://cloud.google.com/service-usage/docs/reference/rest/v1beta1/services/generateServiceIdentity. A second time answers with the same account. The
 * operation is done at once, which its answer says.
 */
public final class ServiceIdentities {

    private static final String SECRET_MANAGER = "secretmanager.googleapis.com";
    private static final Pattern PARENT = Pattern.compile("projects/([^/]+)/services/([^/]+)");

    private final Directory directory;
    private final ToLongFunction<String> projectNumber;
    private final RestService service =
            new RestService(ServiceUsageProto.getDescriptor(), ServiceIdentities::authorize);

    /** @param projectNumber number of a project, given by id or number */
    public ServiceIdentities(Directory directory, ToLongFunction<String> projectNumber) {
        this.directory = directory;
        this.projectNumber = projectNumber;
        service.on(
                "ServiceUsage.GenerateServiceIdentity",
                GenerateServiceIdentityRequest.getDefaultInstance(),
                (_, request) -> generate(request));
    }

    /** Its methods. */
    public RestService service() {
        return service;
    }

    /** The account that Secret Manager acts as in a project: https://cloud.google.com/iam/docs/service-agents. */
    public static String secretManager(long projectNumber) {
        return "service-" + projectNumber + "@gcp-sa-secretmanager.iam.gserviceaccount.com";
    }

    /** Service Usage is for people: no machine has a right to any of it. */
    static void authorize(Caller caller, String rpc) {
        if (caller instanceof Caller.Machine) {
            throw ApiError.of(
                    403,
                    "AUTH_PERMISSION_DENIED",
                    "Permission denied to call %s as %s.".formatted(rpc, caller.email()));
        }
    }

    private Operation generate(GenerateServiceIdentityRequest request) {
        Matcher matcher = PARENT.matcher(request.getParent());
        if (!matcher.matches()) {
            throw ApiError.invalid("Invalid parent: " + request.getParent());
        }
        if (!matcher.group(2).equals(SECRET_MANAGER)) {
            throw ApiError.of(
                    501, "notImplemented", "The identity of %s is not implemented here".formatted(matcher.group(2)));
        }
        long number = projectNumber.applyAsLong(matcher.group(1));
        String email = secretManager(number);
        directory.addAgent(email);
        return Operation.newBuilder()
                .setName("operations/finished.DONE_OPERATION")
                .setDone(true)
                .setResponse(Any.pack(ServiceIdentity.newBuilder()
                        .setEmail(email)
                        .setUniqueId("1%020d".formatted(number))
                        .build()))
                .build();
    }
}
