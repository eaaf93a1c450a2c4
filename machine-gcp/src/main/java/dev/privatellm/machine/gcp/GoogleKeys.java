// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateKeyRingRequest;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.KeyVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@link KeyProvider} on <a href="https://cloud.google.com/kms/docs/reference/rest">Cloud KMS</a>. Rings are in {@code global}, since a secret that
 * replicates by itself takes no other: <a href="https://cloud.google.com/secret-manager/docs/cmek">keys of one's own for secrets</a>.
 */
final class GoogleKeys implements KeyProvider {
    static final Duration ROTATION = Duration.ofDays(90);
    private static final String CLUSTER_LABEL = "pllm-cluster";
    private static final String ENCRYPT_AND_DECRYPT = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    private static final String SECRET_SERVICE = "secretmanager.googleapis.com";

    /** Secret Manager's own identity in a project, with that project's number: <a href="https://cloud.google.com/iam/docs/service-agents">service agents</a>. */
    private static final Pattern SECRET_AGENT =
            Pattern.compile("serviceAccount:service-[0-9]+@gcp-sa-secretmanager\\.iam\\.gserviceaccount\\.com");

    private final GoogleClients clients;
    private final String project;
    private final Clock clock;
    private final Policies policies;
    private final KeyVersionCalls versions;

    GoogleKeys(GoogleClients clients, String project, Clock clock) {
        this.clients = clients;
        this.project = "projects/" + project;
        this.clock = clock;
        this.versions = new KeyVersionCalls(clients);
        this.policies = new Policies(
                request -> clients.keys().getIamPolicy(request),
                request -> clients.keys().setIamPolicy(request));
    }

    /** Full name of a key, by which Secret Manager knows it too. */
    static String resource(String project, CryptoKey key) {
        return ring(project, key.ring()) + "/cryptoKeys/" + key.name();
    }

    private static String ring(String project, String ring) {
        return "%s/locations/global/keyRings/%s".formatted(project, ring);
    }

    @Override
    public Optional<CryptoKey> find(String ring, String name) {
        return get(ring, name).map(key -> {
            boolean isHsm = key.getVersionTemplate().getProtectionLevel() == ProtectionLevel.HSM;
            return new CryptoKey(ring, name, isHsm, key.getLabelsMap());
        });
    }

    private Optional<com.google.cloud.kms.v1.CryptoKey> get(String ring, String name) {
        GetCryptoKeyRequest request = GetCryptoKeyRequest.newBuilder()
                .setName(ring(project, ring) + "/cryptoKeys/" + name)
                .build();
        try {
            return Optional.of(GoogleErrors.calling(() -> clients.keys().getCryptoKey(request)));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    @Override
    public void ensure(CryptoKey key) {
        Optional<com.google.cloud.kms.v1.CryptoKey> actual =
                get(key.ring(), key.name()).or(() -> createOrFind(key));
        if (actual.isEmpty()) {
            return;
        }
        String cluster = key.labels().getOrDefault(CLUSTER_LABEL, "");
        String other = actual.get().getLabelsOrDefault(CLUSTER_LABEL, "");
        if (!other.equals(cluster)) {
            String message = "key %s belongs to %s (expected: %s)"
                    .formatted(resource(project, key), other.isEmpty() ? "nobody" : other, cluster);
            throw new CloudFailure.Conflict("KEY_OWNED_BY_OTHER", message, new IllegalStateException(CLUSTER_LABEL));
        }
        if (!KeyVersionCalls.encrypts(actual.get())) {
            versions.addPrimary(resource(project, key));
        }
    }

    @Override
    public boolean encrypts(CryptoKey key) {
        return get(key.ring(), key.name()).map(KeyVersionCalls::encrypts).orElse(false);
    }

    @Override
    public List<KeyVersion> versions(CryptoKey key) {
        return get(key.ring(), key.name()).map(versions::kept).orElse(List.of());
    }

    @Override
    public void destroy(KeyVersion version) {
        versions.destroy(version.name());
    }

    /** Makes a key with its first version; if one appeared meanwhile, that. */
    private Optional<com.google.cloud.kms.v1.CryptoKey> createOrFind(CryptoKey key) {
        createRing(key.ring());
        CreateCryptoKeyRequest request = CreateCryptoKeyRequest.newBuilder()
                .setParent(ring(project, key.ring()))
                .setCryptoKeyId(key.name())
                .setCryptoKey(com.google.cloud.kms.v1.CryptoKey.newBuilder()
                        .setPurpose(CryptoKeyPurpose.ENCRYPT_DECRYPT)
                        .setVersionTemplate(CryptoKeyVersionTemplate.newBuilder()
                                .setAlgorithm(CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION)
                                .setProtectionLevel(key.isHsm() ? ProtectionLevel.HSM : ProtectionLevel.SOFTWARE))
                        .setRotationPeriod(Durations.fromSeconds(ROTATION.toSeconds()))
                        .setNextRotationTime(Timestamps.fromSeconds(
                                clock.instant().plus(ROTATION).getEpochSecond()))
                        .putAllLabels(key.labels()))
                .build();
        try {
            GoogleErrors.calling(() -> clients.keys().createCryptoKey(request));
            return Optional.empty();
        } catch (CloudFailure.AlreadyExists e) {
            return Optional.of(get(key.ring(), key.name()).orElseThrow(() -> e));
        }
    }

    private void createRing(String ring) {
        CreateKeyRingRequest request = CreateKeyRingRequest.newBuilder()
                .setParent(project + "/locations/global")
                .setKeyRingId(ring)
                .setKeyRing(KeyRing.getDefaultInstance())
                .build();
        try {
            GoogleErrors.calling(() -> clients.keys().createKeyRing(request));
        } catch (CloudFailure.AlreadyExists e) {
            // A ring has neither owner nor content of its own: whoever made it, the key in it is what counts.
        }
    }

    /**
     * By the form of the agent's address: its project's number is not among what these services tell, and asking for the identity would be a mutation. A key
     * of ours that somebody opened to another project's secrets would count too.
     */
    @Override
    public boolean admitsSecrets(CryptoKey key) {
        try {
            return policies.grants(resource(project, key), ENCRYPT_AND_DECRYPT, SECRET_AGENT.asMatchPredicate());
        } catch (CloudFailure.NotFound e) {
            return false;
        }
    }

    /** The identity does not exist in a project that never used it, so it is made first. */
    @Override
    public void admitSecrets(CryptoKey key) {
        String agent = GoogleErrors.calling(
                clients.restCalls(),
                ServiceUsage.NAME,
                () -> clients.serviceUsage().generateServiceIdentity(project, SECRET_SERVICE));
        policies.grant(resource(project, key), ENCRYPT_AND_DECRYPT, "serviceAccount:" + agent);
    }
}
