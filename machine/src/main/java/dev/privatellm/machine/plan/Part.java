// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.Api;
import dev.privatellm.machine.cloud.Bucket;
import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Subnet;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One part of the foundation, complete: whoever makes it decides nothing. */
public sealed interface Part {

    PartId id();

    /** That the cloud's APIs may be used; enabled for good, as nobody can tell who else uses them by now. */
    record Apis(SortedSet<Api> apis) implements Part {
        public Apis {
            apis = Collections.unmodifiableSortedSet(new TreeSet<>(apis));
        }

        @Override
        public PartId id() {
            return new PartId(PartId.Kind.APIS, apis.stream().map(Api::name).collect(Collectors.joining(",")));
        }
    }

    /** The network of all resources of an installation in one project. */
    record OwnNetwork(Network network) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.NETWORK, network.name());
        }
    }

    /** Its addresses in one region. */
    record OwnSubnet(Subnet subnet) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.SUBNET, subnet.region() + "/" + subnet.name());
        }
    }

    /** The key of all resources of an installation in one project. */
    record OwnKey(CryptoKey key) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.KEY, key.ring() + "/" + key.name());
        }
    }

    /** That the project's secrets may be encrypted with it. */
    record KeyUse(CryptoKey key) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.KEY_USE, key.ring() + "/" + key.name());
        }
    }

    /** Whom the machine of one resource acts as. */
    record OwnAccount(String accountId, String displayName, String description) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.ACCOUNT, accountId);
        }
    }

    /** The bucket of all resources of an installation in one project. */
    record OwnBucket(Bucket bucket) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.BUCKET, bucket.name());
        }
    }

    /** The guest's archive in it. */
    record OwnArchive(String bucket, String sha256) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.ARCHIVE, bucket + "/" + sha256);
        }
    }

    /** That this account may read what is in it. */
    record BucketAccess(String bucket, String email) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.BUCKET_ACCESS, bucket + "/" + email);
        }
    }

    /** The container of the bundle of one resource. */
    record OwnSecret(String secret, String owner) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.SECRET, secret);
        }
    }

    /** That this account may read this resource's secret. Beside the bucket this is the only right it has. */
    record SecretAccess(String secret, String email) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.SECRET_ACCESS, secret);
        }
    }
}
