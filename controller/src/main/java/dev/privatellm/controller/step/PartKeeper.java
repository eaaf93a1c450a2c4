// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.plan.Answer;
import dev.privatellm.machine.plan.Part;
import dev.privatellm.machine.plan.PartId;
import dev.privatellm.machine.plan.Standing;

/** Makes the parts of the foundation and removes them, each through its port. */
final class PartKeeper {
    private final Ports ports;
    private final PartFinder finder;

    PartKeeper(Ports ports) {
        this.ports = ports;
        this.finder = new PartFinder(
                ports.networks(), ports.identities(), ports.keys(), ports.secrets(), ports.artifacts(), ports.apis());
    }

    Answer make(Part part, RequestId requestId) {
        return switch (part) {
            case Part.Apis(var apis) -> new Answer.Accepted(ports.apis().enable(apis));
            case Part.OwnBucket(Bucket bucket) -> {
                ports.artifacts().create(bucket);
                yield new Answer.Done();
            }
            case Part.OwnArchive(String bucket, String sha256) ->
                new Answer.Accepted(ports.artifacts().upload(bucket, artifact(sha256)));
            case Part.BucketAccess(String bucket, String email) -> {
                ports.artifacts().admit(bucket, email);
                yield new Answer.Done();
            }
            case Part.OwnNetwork(Network network) ->
                new Answer.Accepted(ports.networks().insert(network, requestId));
            case Part.OwnSubnet(Subnet subnet) ->
                new Answer.Accepted(ports.networks().insertSubnet(subnet, requestId));
            case Part.OwnKey(CryptoKey key) -> {
                ports.keys().ensure(key);
                yield new Answer.Done();
            }
            case Part.KeyUse(CryptoKey key) -> {
                ports.keys().admitSecrets(key);
                yield new Answer.Done();
            }
            case Part.OwnAccount(String id, String displayName, String description) -> {
                ports.identities().create(id, displayName, description);
                yield new Answer.Done();
            }
            case Part.SecretAccess(String secret, String email) -> {
                ports.secrets().admit(secret, email);
                yield new Answer.Done();
            }
            case Part.OwnSecret _ -> throw new IllegalStateException("a secret is made with its labels");
        };
    }

    private Artifact artifact(String sha256) {
        return ports.release()
                .guest()
                .filter(artifact -> artifact.sha256().equals(sha256))
                .orElseThrow(() -> new IllegalStateException("no archive " + sha256));
    }

    Answer remove(Part part, RequestId requestId) {
        return switch (part) {
            case Part.OwnBucket(Bucket bucket) -> {
                ports.artifacts().delete(bucket.name());
                yield new Answer.Done();
            }
            case Part.BucketAccess(String bucket, String email) -> {
                ports.artifacts().expel(bucket, email);
                yield new Answer.Done();
            }
            case Part.OwnNetwork(Network network) ->
                new Answer.Accepted(ports.networks().delete(network.name(), requestId));
            case Part.OwnSubnet(Subnet subnet) ->
                new Answer.Accepted(ports.networks().deleteSubnet(subnet.region(), subnet.name(), requestId));
            case Part.OwnAccount account -> {
                ports.identities().delete(account.accountId());
                yield new Answer.Done();
            }
            case Part.OwnSecret(String secret, String _) -> {
                ports.secrets().delete(secret);
                yield new Answer.Done();
            }
            case Part.Apis _, Part.OwnKey _, Part.KeyUse _, Part.OwnArchive _, Part.SecretAccess _ ->
                throw new IllegalStateException(part.id() + " is never removed");
        };
    }

    /** How far the making or the removal of a part has come. */
    OperationStatus operation(PartId id, OperationId operation) {
        return switch (id.kind()) {
            case APIS -> ports.apis().operation(operation);
            case ARCHIVE -> ports.artifacts().operation(operation);
            case NETWORK, SUBNET -> ports.networks().operation(operation);
            case KEY, KEY_USE, ACCOUNT, BUCKET, BUCKET_ACCESS, SECRET, SECRET_ACCESS ->
                throw new IllegalStateException(id + " has no operation");
        };
    }

    Standing find(Part part) {
        return finder.find(part);
    }
}
