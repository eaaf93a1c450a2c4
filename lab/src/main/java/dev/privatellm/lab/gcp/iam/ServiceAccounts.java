// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.iam;

import com.google.iam.admin.v1.CreateServiceAccountRequest;
import com.google.iam.admin.v1.DeleteServiceAccountRequest;
import com.google.iam.admin.v1.GetServiceAccountRequest;
import com.google.iam.admin.v1.Iam;
import com.google.iam.admin.v1.ListServiceAccountsRequest;
import com.google.iam.admin.v1.ListServiceAccountsResponse;
import com.google.iam.admin.v1.ServiceAccount;
import com.google.protobuf.Empty;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The methods of {@code projects.serviceAccounts}: https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts. A new account is there at
 * once for whoever makes or deletes it, but read only after a while: "read operations are eventually consistent",
 * https://cloud.google.com/iam/docs/service-accounts-create.
 */
public final class ServiceAccounts {

    private static final Pattern NAME = Pattern.compile("projects/([^/]+)/serviceAccounts/([^/]+)");

    /** "Must be 6-30 characters long, and match [a-z]([-a-z0-9]*[a-z0-9])", reference of {@code serviceAccounts.create}. */
    private static final Pattern ACCOUNT_ID = Pattern.compile("[a-z][-a-z0-9]{4,28}[a-z0-9]");

    private static final int MAX_DISPLAY_NAME_BYTES = 100;
    private static final int MAX_DESCRIPTION_BYTES = 256;

    /** Accounts of a project, without a raised quota: https://cloud.google.com/iam/quotas. */
    private static final int MAX_ACCOUNTS = 100;

    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 100;

    private final Directory directory;
    private final RandomGenerator random;
    private final RestService service = new RestService(Iam.getDescriptor(), ServiceAccounts::authorize);

    public ServiceAccounts(Directory directory, RandomGenerator random) {
        this.directory = directory;
        this.random = random;
        service.on("IAM.CreateServiceAccount", CreateServiceAccountRequest.getDefaultInstance(), this::create)
                .on(
                        "IAM.GetServiceAccount",
                        GetServiceAccountRequest.getDefaultInstance(),
                        (_, request) -> read(request.getName()).view())
                .on(
                        "IAM.ListServiceAccounts",
                        ListServiceAccountsRequest.getDefaultInstance(),
                        (_, request) -> list(request))
                .on("IAM.DeleteServiceAccount", DeleteServiceAccountRequest.getDefaultInstance(), (_, request) -> {
                    directory.delete(get(request.getName()));
                    return Empty.getDefaultInstance();
                });
    }

    /** Its methods. */
    public RestService service() {
        return service;
    }

    /** No machine's account is granted anything here. */
    private static void authorize(Caller caller, String rpc) {
        if (caller instanceof Caller.Machine) {
            throw ApiError.of(
                    403,
                    "IAM_PERMISSION_DENIED",
                    "Permission 'iam.serviceAccounts' denied on %s for %s.".formatted(rpc, caller.email()));
        }
    }

    /** The account of a name; its project may be {@code -}. */
    private Account get(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw ApiError.invalid("Invalid service account name: " + name);
        }
        String project = matcher.group(1);
        return directory
                .find(matcher.group(2))
                .filter(account ->
                        project.equals("-") || account.view().getProjectId().equals(project))
                .orElseThrow(() -> unknown(matcher.group(2)));
    }

    /** The account of a name, if reads see it by now. */
    private Account read(String name) {
        Account account = get(name);
        if (!directory.knows(account.view().getEmail())) {
            throw unknown(account.view().getEmail());
        }
        return account;
    }

    private static ApiError unknown(String account) {
        return ApiError.of(404, "notFound", "Unknown service account: " + account);
    }

    private synchronized ServiceAccount create(Caller caller, CreateServiceAccountRequest request) {
        String project = request.getName().substring("projects/".length());
        String id = request.getAccountId();
        ServiceAccount asked = request.getServiceAccount();
        check(id, asked);
        String email = id + "@" + project + ".iam.gserviceaccount.com";
        if (directory.find(email).isPresent()) {
            throw ApiError.exists(
                    "Service account %s already exists within project projects/%s.".formatted(id, project));
        }
        if (directory.count(project) >= MAX_ACCOUNTS) {
            throw ApiError.of(
                    429, "rateLimitExceeded", "Maximum number of service accounts on project reached: " + MAX_ACCOUNTS);
        }
        String number = "1" + String.format("%020d", random.nextLong() >>> 1);
        ServiceAccount made = ServiceAccount.newBuilder()
                .setName("projects/" + project + "/serviceAccounts/" + email)
                .setProjectId(project)
                .setUniqueId(number)
                .setEmail(email)
                .setDisplayName(asked.getDisplayName())
                .setDescription(asked.getDescription())
                .setOauth2ClientId(number)
                .build();
        directory.add(made);
        return made;
    }

    private static void check(String id, ServiceAccount asked) {
        if (!ACCOUNT_ID.matcher(id).matches()) {
            throw ApiError.invalid(
                    "Invalid service account id '%s': must be 6-30 characters long and match [a-z]([-a-z0-9]*[a-z0-9])."
                            .formatted(id));
        }
        length("display_name", asked.getDisplayName(), MAX_DISPLAY_NAME_BYTES);
        length("description", asked.getDescription(), MAX_DESCRIPTION_BYTES);
    }

    private static void length(String field, String text, int max) {
        if (text.getBytes(StandardCharsets.UTF_8).length > max) {
            throw ApiError.invalid("The service account's %s must be at most %d bytes.".formatted(field, max));
        }
    }

    private ListServiceAccountsResponse list(ListServiceAccountsRequest request) {
        List<ServiceAccount> all = directory.listed(request.getName().substring("projects/".length()));
        int from = request.getPageToken().matches("\\d{1,9}")
                ? Math.min(all.size(), Integer.parseInt(request.getPageToken()))
                : 0;
        int size = request.getPageSize() <= 0 ? DEFAULT_PAGE : Math.min(MAX_PAGE, request.getPageSize());
        int to = Math.min(all.size(), from + size);
        return ListServiceAccountsResponse.newBuilder()
                .addAllAccounts(all.subList(from, to))
                .setNextPageToken(to < all.size() ? String.valueOf(to) : "")
                .build();
    }
}
