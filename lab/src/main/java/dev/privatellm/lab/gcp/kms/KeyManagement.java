// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.kms;

import com.google.api.HttpRule;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateKeyRingRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetKeyRingRequest;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.KmsProto;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ListCryptoKeysResponse;
import com.google.cloud.kms.v1.ListKeyRingsRequest;
import com.google.cloud.kms.v1.ListKeyRingsResponse;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.IamPolicyProto;
import com.google.iam.v1.SetIamPolicyRequest;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.privatellm.lab.gcp.Lags;
import dev.privatellm.lab.gcp.iam.Directory;
import dev.privatellm.lab.gcp.iam.Grants;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cloud KMS as a whole. One lock over everything. */
public final class KeyManagement {

    private static final String USER = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    private static final String RING_PATH = "/v1/{resource=projects/*/locations/*/keyRings/*}";
    private static final String KEY_PATH = "/v1/{resource=projects/*/locations/*/keyRings/*/cryptoKeys/*}";

    private final Directory directory;
    private final Clock clock;
    private final Lags lags;
    private final Map<String, StoredRing> rings = new TreeMap<>();
    private final Map<String, StoredKey> keys = new TreeMap<>();
    private final RestService service = new RestService(KmsProto.getDescriptor(), KeyManagement::authorize);

    /** Reference of {@code cryptoKeys.getIamPolicy} and {@code setIamPolicy}, and of the same for {@code keyRings}. */
    private final RestService policies = RestService.mixin(
            IamPolicyProto.getDescriptor(),
            Map.of(
                    "IAMPolicy.GetIamPolicy",
                    List.of(
                            HttpRule.newBuilder()
                                    .setGet(RING_PATH + ":getIamPolicy")
                                    .build(),
                            HttpRule.newBuilder()
                                    .setGet(KEY_PATH + ":getIamPolicy")
                                    .build()),
                    "IAMPolicy.SetIamPolicy",
                    List.of(
                            HttpRule.newBuilder()
                                    .setPost(RING_PATH + ":setIamPolicy")
                                    .setBody("*")
                                    .build(),
                            HttpRule.newBuilder()
                                    .setPost(KEY_PATH + ":setIamPolicy")
                                    .setBody("*")
                                    .build())),
            KeyManagement::authorize);

    private record StoredRing(KeyRing view, Grants grants) {}

    /** @param directory whom grants may name */
    public KeyManagement(Clock clock, Lags lags, Directory directory) {
        this.clock = clock;
        this.lags = lags;
        this.directory = directory;
        service.on("KeyManagementService.CreateKeyRing", CreateKeyRingRequest.getDefaultInstance(), this::create)
                .on("KeyManagementService.GetKeyRing", GetKeyRingRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (this) {
                        return ring(KeyName.parse(request.getName())).view();
                    }
                })
                .on(
                        "KeyManagementService.ListKeyRings",
                        ListKeyRingsRequest.getDefaultInstance(),
                        (_, request) -> list(request))
                .on("KeyManagementService.CreateCryptoKey", CreateCryptoKeyRequest.getDefaultInstance(), this::create)
                .on("KeyManagementService.GetCryptoKey", GetCryptoKeyRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (this) {
                        return key(KeyName.parse(request.getName())).view();
                    }
                })
                .on(
                        "KeyManagementService.ListCryptoKeys",
                        ListCryptoKeysRequest.getDefaultInstance(),
                        (_, request) -> list(request));
        service.on(
                "KeyManagementService.UpdateCryptoKey",
                UpdateCryptoKeyRequest.getDefaultInstance(),
                (_, request) -> update(request));
        new KeyVersions(this).bind(service);
        policies.on("IAMPolicy.GetIamPolicy", GetIamPolicyRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (this) {
                        return grants(request.getResource()).policy();
                    }
                })
                .on("IAMPolicy.SetIamPolicy", SetIamPolicyRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (this) {
                        return grants(request.getResource()).replace(request.getPolicy());
                    }
                });
    }

    /** Its methods. */
    public List<RestService> services() {
        return List.of(service, policies);
    }

    private static void authorize(Caller caller, String rpc) {
        if (caller instanceof Caller.Machine) {
            throw ApiError.of(
                    403, "IAM_PERMISSION_DENIED", "Permission to call %s denied to %s.".formatted(rpc, caller.email()));
        }
    }

    /**
     * The version that encrypts for an account. Whether the key is missing or not granted is not told.
     *
     * @param key name of a key
     * @throws ApiError 400 {@code FAILED_PRECONDITION} if it may not, or the version is not enabled
     */
    public synchronized String encrypting(String key, String email) {
        KeyName name = KeyName.parse(key);
        checkGranted(name, email, "useToEncrypt");
        CryptoKeyVersion primary = key(name).view().getPrimary();
        if (primary.getState() != CryptoKeyVersionState.ENABLED) {
            throw notEnabled(primary.getName(), primary);
        }
        return primary.getName();
    }

    /**
     * Refuses an account that may not decrypt what a version has encrypted, or a version that nobody may use.
     *
     * @throws ApiError 400 {@code FAILED_PRECONDITION}
     */
    public synchronized void checkDecrypting(String version, String email) {
        KeyName name = KeyName.parse(version);
        checkGranted(name, email, "useToDecrypt");
        CryptoKeyVersion used = key(name).version(name.version());
        if (used.getState() != CryptoKeyVersionState.ENABLED) {
            throw notEnabled(version, used);
        }
    }

    private void checkGranted(KeyName name, String email, String permission) {
        StoredKey key = keys.get(name.id());
        if (key == null
                || !(key.grants.admits(USER, email)
                        || ring(name.inRing()).grants().admits(USER, email))) {
            throw ApiError.failedPrecondition(
                    "Permission 'cloudkms.cryptoKeyVersions.%s' denied on resource '%s' (or it may not exist)."
                            .formatted(permission, new KeyName(name.project(), name.ring(), name.key(), "")));
        }
    }

    private static ApiError notEnabled(String name, CryptoKeyVersion version) {
        return ApiError.failedPrecondition(
                "%s is not enabled, current state is: %s.".formatted(name, version.getState()));
    }

    private Grants grants(String resource) {
        KeyName name = KeyName.parse(resource);
        return name.key().isEmpty() ? ring(name).grants() : key(name).grants;
    }

    private StoredRing ring(KeyName name) {
        StoredRing ring = rings.get(name.id());
        if (ring == null) {
            throw ApiError.of(404, "notFound", "KeyRing %s not found.".formatted(name));
        }
        return ring;
    }

    /** @throws ApiError 404 if there is none */
    StoredKey key(KeyName name) {
        StoredKey key = keys.get(name.id());
        if (key == null) {
            throw ApiError.of(404, "notFound", "CryptoKey %s not found.".formatted(name));
        }
        key.rotate(now());
        return key;
    }

    Timestamp now() {
        return Timestamps.fromMillis(clock.millis());
    }

    private synchronized KeyRing create(Caller caller, CreateKeyRingRequest request) {
        KeyName.checkLocation(request.getParent());
        KeyName name = KeyName.parse(request.getParent() + "/keyRings/" + request.getKeyRingId());
        if (rings.containsKey(name.id())) {
            throw ApiError.exists("KeyRing %s already exists.".formatted(name));
        }
        KeyRing ring = KeyRing.newBuilder()
                .setName(name.toString())
                .setCreateTime(now())
                .build();
        rings.put(name.id(), new StoredRing(ring, new Grants(directory, clock, lags)));
        return ring;
    }

    private synchronized CryptoKey create(Caller caller, CreateCryptoKeyRequest request) {
        ring(KeyName.parse(request.getParent()));
        KeyName name = KeyName.parse(request.getParent() + "/cryptoKeys/" + request.getCryptoKeyId());
        CryptoKey complete = KeyCheck.complete(request.getCryptoKey());
        if (keys.containsKey(name.id())) {
            throw ApiError.exists("CryptoKey %s already exists.".formatted(name));
        }
        StoredKey key = new StoredKey(
                complete.toBuilder()
                        .setName(name.toString())
                        .setCreateTime(now())
                        .build(),
                new Grants(directory, clock, lags));
        if (!request.getSkipInitialVersionCreation()) {
            key.add(now());
            key.primary("1");
        }
        keys.put(name.id(), key);
        return key.view();
    }

    private synchronized CryptoKey update(UpdateCryptoKeyRequest request) {
        StoredKey key = key(KeyName.parse(request.getCryptoKey().getName()));
        key.change(KeyCheck.merge(key.view(), request.getCryptoKey(), request.getUpdateMask()));
        return key.view();
    }

    private synchronized ListKeyRingsResponse list(ListKeyRingsRequest request) {
        KeyName.checkLocation(request.getParent());
        checkUnfiltered(request.getFilter() + request.getOrderBy());
        KeyName any = KeyName.parse(request.getParent() + "/keyRings/any");
        String project = any.id().substring(0, any.id().indexOf('/') + 1);
        List<KeyRing> all = rings.entrySet().stream()
                .filter(ring -> ring.getKey().startsWith(project))
                .map(ring -> ring.getValue().view())
                .toList();
        return ListKeyRingsResponse.newBuilder()
                .addAllKeyRings(all)
                .setTotalSize(all.size())
                .build();
    }

    private synchronized ListCryptoKeysResponse list(ListCryptoKeysRequest request) {
        checkUnfiltered(request.getFilter() + request.getOrderBy());
        KeyName ring = KeyName.parse(request.getParent());
        ring(ring);
        List<CryptoKey> all = keys.entrySet().stream()
                .filter(key -> key.getKey().startsWith(ring.id()))
                .map(key -> {
                    key.getValue().rotate(now());
                    return key.getValue().view();
                })
                .toList();
        return ListCryptoKeysResponse.newBuilder()
                .addAllCryptoKeys(all)
                .setTotalSize(all.size())
                .build();
    }

    /** Refuses what a list would be narrowed by, rather than misread it. */
    static void checkUnfiltered(String text) {
        if (!text.isEmpty()) {
            throw ApiError.of(501, "notImplemented", "Filters and orders of lists are not implemented here");
        }
    }
}
