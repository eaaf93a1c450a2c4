// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.CryptoKey;
import dev.privatellm.machine.cloud.Network;
import dev.privatellm.machine.cloud.RequestId;
import dev.privatellm.machine.cloud.ServiceAccount;
import dev.privatellm.machine.cloud.Subnet;
import dev.privatellm.machine.plan.Answer;
import dev.privatellm.machine.plan.Part;
import dev.privatellm.machine.plan.Standing;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Looks for the parts of the foundation and makes them, each through its port. */
final class PartKeeper {
    private static final String CLUSTER = "pllm-cluster";
    private static final String NOBODY = "nobody we know";

    private final Ports ports;

    PartKeeper(Ports ports) {
        this.ports = ports;
    }

    Answer make(Part part, RequestId requestId) {
        return switch (part) {
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

    Answer remove(Part part, RequestId requestId) {
        return switch (part) {
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
            case Part.OwnKey _, Part.KeyUse _, Part.SecretAccess _ ->
                throw new IllegalStateException(part.id() + " is never removed");
        };
    }

    Standing find(Part part) {
        return switch (part) {
            case Part.OwnNetwork(Network network) ->
                owned(
                        ports.networks().find(network.name()),
                        found -> found.owner().equals(network.owner()),
                        found -> found.owner().map(Network.Owner::cluster).orElse(NOBODY));
            case Part.OwnSubnet(Subnet subnet) ->
                standing(ports.networks().subnets(subnet.network()).stream()
                        .anyMatch(found -> found.region().equals(subnet.region())
                                && found.name().equals(subnet.name())));
            case Part.OwnKey(CryptoKey key) ->
                owned(
                        ports.keys().find(key.ring(), key.name()),
                        found -> found.labels()
                                .getOrDefault(CLUSTER, NOBODY)
                                .equals(key.labels().get(CLUSTER)),
                        found -> found.labels().getOrDefault(CLUSTER, NOBODY));
            case Part.KeyUse(CryptoKey key) -> standing(ports.keys().admitsSecrets(key));
            case Part.OwnAccount account ->
                owned(
                        ports.identities().find(account.accountId()),
                        found -> found.description().equals(account.description()),
                        ServiceAccount::description);
            case Part.OwnSecret(String secret, String owner) ->
                owned(ports.secrets().owner(secret), owner::equals, found -> found);
            case Part.SecretAccess(String secret, String email) ->
                standing(ports.secrets().admits(secret, email));
        };
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
