// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.api.services.iam.v1.Iam;
import com.google.api.services.iam.v1.IamRequest;
import com.google.api.services.iam.v1.model.CreateServiceAccountRequest;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.ServiceAccount;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@link IdentityProvider} on <a href="https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts">IAM's service accounts</a>. */
final class GoogleIdentities implements IdentityProvider {
    private static final String DOMAIN = "iam.gserviceaccount.com";

    private final GoogleClients clients;
    private final String project;

    GoogleIdentities(GoogleClients clients, String project) {
        this.clients = clients;
        this.project = project;
    }

    @Override
    public Optional<ServiceAccount> find(String accountId) {
        try {
            return Optional.of(account(call(() -> accounts().get(name(accountId)))));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    @Override
    public ServiceAccount create(String accountId, String displayName, String description) {
        CreateServiceAccountRequest request = new CreateServiceAccountRequest()
                .setAccountId(accountId)
                .setServiceAccount(new com.google.api.services.iam.v1.model.ServiceAccount()
                        .setDisplayName(displayName)
                        .setDescription(description));
        return account(call(() -> accounts().create("projects/" + project, request)));
    }

    @Override
    public void delete(String accountId) {
        call(() -> accounts().delete(name(accountId)));
    }

    /** Bodies are sent as they are: this library would pack the few bytes of ours by itself. */
    private <T> T call(RestCalls.Call<? extends IamRequest<T>> request) {
        return GoogleErrors.calling(
                clients.restCalls(), "iam", () -> execute(request.make().setDisableGZipContent(true)));
    }

    /** The library's parser objects to what is JSON but no account, or nothing at all, as if the caller had erred. */
    private static <T> T execute(IamRequest<T> request) throws IOException {
        try {
            return request.execute();
        } catch (IllegalArgumentException e) {
            throw new IOException("an answer that cannot be read", e);
        }
    }

    private Iam.Projects.ServiceAccounts accounts() {
        return clients.iam().projects().serviceAccounts();
    }

    private String name(String accountId) {
        return "projects/%s/serviceAccounts/%s@%s.%s".formatted(project, accountId, domainOf(project), DOMAIN);
    }

    /** A project with a domain in its id, {@code example.com:my-project}, has it behind: {@code my-project.example.com}. */
    private static String domainOf(String project) {
        List<String> parts = List.of(project.split(":", 2));
        return parts.size() == 2 ? parts.get(1) + "." + parts.get(0) : project;
    }

    private static ServiceAccount account(com.google.api.services.iam.v1.model.ServiceAccount account) {
        String email = Optional.ofNullable(account.getEmail()).orElse("");
        if (!email.contains("@")) {
            String message = "an account without an address: %s".formatted(account.getName());
            throw new CloudFailure.Unavailable(
                    "UNREADABLE_ANSWER", message, Optional.empty(), new IllegalStateException(message));
        }
        String description = Optional.ofNullable(account.getDescription()).orElse("");
        return new ServiceAccount(email.substring(0, email.indexOf('@')), email, description);
    }
}
