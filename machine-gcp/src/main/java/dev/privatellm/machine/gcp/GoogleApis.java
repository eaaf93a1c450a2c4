// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@link ApiProvider} on <a href="https://cloud.google.com/service-usage/docs/reference/rest/v1/services">Service Usage</a>. */
final class GoogleApis implements ApiProvider {
    /** Enabled with the others, and nothing waits for it: without it, permissions that are missing are told by the calls that want them. */
    private static final String PERMISSIONS = "cloudresourcemanager.googleapis.com";

    private final GoogleClients clients;
    private final String project;

    GoogleApis(GoogleClients clients, String project) {
        this.clients = clients;
        this.project = "projects/" + project;
    }

    private static List<String> names(Set<Api> apis) {
        return apis.stream().map(GoogleApis::name).sorted().toList();
    }

    private static String name(Api api) {
        return switch (api) {
            case MACHINES -> "compute.googleapis.com";
            case SECRETS -> "secretmanager.googleapis.com";
            case IDENTITIES -> "iam.googleapis.com";
            case ARTIFACTS -> "storage.googleapis.com";
            case KEYS -> "cloudkms.googleapis.com";
        };
    }

    /** Where we may not ask, they are taken to be enabled: one that is not says so itself when it is called. */
    @Override
    public boolean areEnabled(Set<Api> apis) {
        List<String> names = names(apis);
        try {
            return GoogleErrors.calling(
                            clients.restCalls(),
                            ServiceUsage.NAME,
                            () -> clients.serviceUsage().enabled(project, names))
                    .containsAll(names);
        } catch (CloudFailure.PermissionDenied e) {
            return true;
        }
    }

    @Override
    public OperationId enable(Set<Api> apis) {
        return OperationId.global(GoogleErrors.calling(
                clients.restCalls(),
                ServiceUsage.NAME,
                () -> clients.serviceUsage()
                        .enable(
                                project,
                                Stream.concat(names(apis).stream(), Stream.of(PERMISSIONS))
                                        .toList())));
    }

    @Override
    public OperationStatus operation(OperationId id) {
        try {
            return GoogleErrors.calling(
                    clients.restCalls(),
                    ServiceUsage.NAME,
                    () -> clients.serviceUsage().operation(id.name()));
        } catch (CloudFailure.NotFound e) {
            return new OperationStatus.Forgotten();
        }
    }
}
