// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.Subnet;

/** One part of the foundation, complete: whoever makes it decides nothing. */
public sealed interface Part {

    PartId id();

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

    /** The container of the bundle of one resource. */
    record OwnSecret(String secret, String owner) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.SECRET, secret);
        }
    }

    /** That this account may read this resource's secret: the only right it has. */
    record SecretAccess(String secret, String email) implements Part {
        @Override
        public PartId id() {
            return new PartId(PartId.Kind.SECRET_ACCESS, secret);
        }
    }
}
