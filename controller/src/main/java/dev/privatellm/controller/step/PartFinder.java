// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.ApiProvider;
import dev.privatellm.machine.cloud.ArtifactStore;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.IdentityProvider;
import dev.privatellm.machine.cloud.KeyProvider;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.NetworkProvider;
import dev.privatellm.machine.cloud.SecretStore;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.plan.Part;
import dev.privatellm.machine.plan.Standing;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Looks for the parts of the foundation, each through its port, and says whose they are. Changes nothing. */
record PartFinder(
        NetworkProvider networks,
        IdentityProvider identities,
        KeyProvider keys,
        SecretStore secrets,
        ArtifactStore artifacts,
        ApiProvider apis) {
    private static final String CLUSTER = "pllm-cluster";
    private static final String NOBODY = "nobody we know";

    Standing find(Part part) {
        return switch (part) {
            case Part.Apis(var wanted) -> standing(apis.areEnabled(wanted));
            case Part.OwnBucket(Bucket bucket) ->
                owned(
                        artifacts.find(bucket.name()),
                        found -> cluster(found.labels()).equals(cluster(bucket.labels())),
                        found -> cluster(found.labels()));
            case Part.OwnArchive(String bucket, String sha256) -> standing(artifacts.holds(bucket, sha256));
            case Part.BucketAccess(String bucket, String email) -> standing(artifacts.admits(bucket, email));
            case Part.OwnNetwork(Network network) ->
                owned(
                        networks.find(network.name()),
                        found -> found.owner().equals(network.owner()),
                        found -> found.owner().map(Network.Owner::cluster).orElse(NOBODY));
            case Part.OwnSubnet(Subnet subnet) ->
                standing(networks.subnets(subnet.network()).stream()
                        .anyMatch(found -> found.region().equals(subnet.region())
                                && found.name().equals(subnet.name())));
            case Part.OwnKey(CryptoKey key) -> key(key);
            case Part.KeyUse(CryptoKey key) -> standing(keys.admitsSecrets(key));
            case Part.OwnAccount account ->
                owned(
                        identities.find(account.accountId()),
                        found -> found.description().equals(account.description()),
                        ServiceAccount::description);
            case Part.OwnSecret(String secret, String owner) ->
                owned(secrets.owner(secret), owner::equals, found -> found);
            case Part.SecretAccess(String secret, String email) -> standing(secrets.admits(secret, email));
        };
    }

    /** One that has no version to encrypt with is as good as none. */
    private Standing key(CryptoKey key) {
        Standing found = owned(
                keys.find(key.ring(), key.name()),
                there -> cluster(there.labels()).equals(cluster(key.labels())),
                there -> cluster(there.labels()));
        return found instanceof Standing.Ours && !keys.encrypts(key) ? new Standing.Absent() : found;
    }

    private static String cluster(Map<String, String> labels) {
        return labels.getOrDefault(CLUSTER, NOBODY);
    }

    private static <T> Standing owned(Optional<T> found, Predicate<T> isOurs, Function<T, String> owner) {
        if (found.isEmpty()) {
            return new Standing.Absent();
        }
        return isOurs.test(found.get()) ? new Standing.Ours() : new Standing.Foreign(owner.apply(found.get()));
    }

    private static Standing standing(boolean isThere) {
        return isThere ? new Standing.Ours() : new Standing.Absent();
    }
}
