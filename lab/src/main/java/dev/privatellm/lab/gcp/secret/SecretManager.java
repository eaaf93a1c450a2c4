// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.secret;

import com.google.cloud.secretmanager.v1.AccessSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.DeleteSecretRequest;
import com.google.cloud.secretmanager.v1.GetSecretRequest;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.ListSecretsResponse;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.ServiceProto;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.Policy;
import com.google.iam.v1.SetIamPolicyRequest;
import com.google.protobuf.Empty;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.iam.Grants;
import dev.privatellm.lab.gcp.iam.ServiceIdentities;
import dev.privatellm.lab.gcp.kms.KeyManagement;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.Labels;
import dev.privatellm.lab.gcp.rest.RestService;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** Secret Manager as a whole. One lock over everything. */
public final class SecretManager {

    private static final String ACCESSOR = "roles/secretmanager.secretAccessor";

    private final Clock clock;
    private final Lags lags;
    private final RandomGenerator random;
    private final Directory directory;
    private final KeyManagement keys;
    private final BiFunction<Caller.Machine, String, Optional<Instant>> namedSince;
    private final Map<String, StoredSecret> secrets = new TreeMap<>();
    private final RestService service = new RestService(ServiceProto.getDescriptor(), SecretManager::authorize);

    /**
     * @param directory whom grants may name
     * @param keys what customers encrypt their secrets with
     * @param namedSince since when a machine's metadata names a secret (its short name), if it does
     */
    public SecretManager(
            Clock clock,
            Lags lags,
            RandomGenerator random,
            Directory directory,
            KeyManagement keys,
            BiFunction<Caller.Machine, String, Optional<Instant>> namedSince) {
        this.clock = clock;
        this.lags = lags;
        this.random = random;
        this.directory = directory;
        this.keys = keys;
        this.namedSince = namedSince;
        service.on("SecretManagerService.CreateSecret", CreateSecretRequest.getDefaultInstance(), this::create)
                .on("SecretManagerService.GetSecret", GetSecretRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (this) {
                        return find(Resource.parse(request.getName())).view;
                    }
                })
                .on(
                        "SecretManagerService.ListSecrets",
                        ListSecretsRequest.getDefaultInstance(),
                        (_, request) -> list(request))
                .on("SecretManagerService.DeleteSecret", DeleteSecretRequest.getDefaultInstance(), this::delete)
                .on("SecretManagerService.SetIamPolicy", SetIamPolicyRequest.getDefaultInstance(), this::grant)
                .on("SecretManagerService.GetIamPolicy", GetIamPolicyRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (this) {
                        return find(Resource.parse(request.getResource()))
                                .grants
                                .policy();
                    }
                });
        new VersionApi(this, keys, clock, lags).bind(service);
    }

    /** Its methods. */
    public RestService service() {
        return service;
    }

    /** A machine may call one method at all. */
    private static void authorize(Caller caller, String rpc) {
        if (caller instanceof Caller.Machine && !rpc.endsWith(".AccessSecretVersion")) {
            throw denied("secretmanager." + rpc.substring(rpc.indexOf('.') + 1), rpc);
        }
    }

    /**
     * Refuses a caller that may not read versions of this secret, without telling whether it exists.
     *
     * @throws ApiError 403
     */
    void checkAccess(Caller caller, AccessSecretVersionRequest request) {
        Resource resource = Resource.parse(request.getName());
        boolean allowed = switch (caller) {
            case Caller.Operator _ -> true;
            case Caller.Machine machine -> mayRead(machine, resource);
        };
        if (!allowed) {
            throw denied("secretmanager.versions.access", request.getName());
        }
    }

    /**
     * A machine's account may read what it was granted; the default account, which is an editor of its project, what the machine's metadata names as well.
     */
    private boolean mayRead(Caller.Machine machine, Resource resource) {
        Instant now = clock.instant();
        boolean named = Directory.isDefaultAccount(machine.email())
                && namedSince
                        .apply(machine, resource.secret())
                        .filter(since -> !since.plus(lags.grants()).isAfter(now))
                        .isPresent();
        StoredSecret secret = secrets.get(resource.secretName());
        return named || (secret != null && secret.grants.admits(ACCESSOR, machine.email()));
    }

    private static ApiError denied(String permission, String resource) {
        return ApiError.of(
                403,
                "IAM_PERMISSION_DENIED",
                "Permission '%s' denied for resource '%s' (or it may not exist).".formatted(permission, resource));
    }

    /** @throws ApiError 404 if there is none */
    StoredSecret find(Resource resource) {
        StoredSecret secret = secrets.get(resource.secretName());
        if (secret == null) {
            throw ApiError.of(404, "notFound", "Secret [%s] not found.".formatted(resource.secretName()));
        }
        return secret;
    }

    /** A new tag; quotes are part of it. */
    String newEtag() {
        return "\"%014x\"".formatted(random.nextLong() >>> 8);
    }

    /** Refuses a tag that is given and is not the current one. */
    static void checkEtag(String given, String current, String name) {
        if (!given.isEmpty() && !given.equals(current)) {
            throw ApiError.failedPrecondition(
                    "The etag provided in the request does not match the etag of resource [%s].".formatted(name));
        }
    }

    private synchronized Secret create(Caller caller, CreateSecretRequest request) {
        Resource resource = Resource.parse(
                "projects/" + Resource.project(request.getParent()) + "/secrets/" + request.getSecretId());
        if (!request.getSecret().getReplication().hasAutomatic()
                && !request.getSecret().getReplication().hasUserManaged()) {
            throw ApiError.invalid("Secret.replication must be provided.");
        }
        Labels.check("secret.labels", request.getSecret().getLabelsMap());
        String key = request.getSecret()
                .getReplication()
                .getAutomatic()
                .getCustomerManagedEncryption()
                .getKmsKeyName();
        if (!key.isEmpty()) {
            checkKey(key, resource);
        }
        if (secrets.containsKey(resource.secretName())) {
            throw ApiError.exists("Secret [%s] already exists.".formatted(resource.secretName()));
        }
        Instant now = clock.instant();
        Secret view = request.getSecret().toBuilder()
                .setName(resource.secretName())
                .setCreateTime(Times.of(now))
                .setEtag(newEtag())
                .build();
        secrets.put(resource.secretName(), new StoredSecret(view, now, new Grants(directory, clock, lags)));
        return view;
    }

    /**
     * Refuses a key that Secret Manager's own account in the project cannot use; with automatic replication it must be in {@code global}
     * (https://cloud.google.com/secret-manager/docs/cmek).
     */
    private void checkKey(String key, Resource secret) {
        if (!key.contains("/locations/global/")) {
            throw ApiError.invalid("The key [%s] of a secret with automatic replication must be in the location global."
                    .formatted(key));
        }
        var _ = keys.encrypting(key, ServiceIdentities.secretManager(secret.project()));
    }

    private synchronized Empty delete(Caller caller, DeleteSecretRequest request) {
        StoredSecret secret = find(Resource.parse(request.getName()));
        checkEtag(request.getEtag(), secret.view.getEtag(), secret.view.getName());
        secrets.remove(secret.view.getName());
        return Empty.getDefaultInstance();
    }

    private synchronized ListSecretsResponse list(ListSecretsRequest request) {
        String prefix = "projects/" + Resource.project(request.getParent()) + "/";
        if (!request.getFilter().isEmpty()) {
            throw ApiError.of(501, "notImplemented", "Filters of ListSecrets are not implemented here");
        }
        Instant now = clock.instant();
        List<Secret> shown = secrets.values().stream()
                .filter(secret -> secret.view.getName().startsWith(prefix)
                        && !secret.created.plus(lags.lists()).isAfter(now))
                .map(secret -> secret.view)
                .toList();
        return ListSecretsResponse.newBuilder()
                .addAllSecrets(shown)
                .setTotalSize(shown.size())
                .build();
    }

    private synchronized Policy grant(Caller caller, SetIamPolicyRequest request) {
        return find(Resource.parse(request.getResource())).grants.replace(request.getPolicy());
    }
}
