// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;
import java.util.Optional;

/**
 * Networks of the user's project and their subnets. Every method may throw any {@link CloudFailure}; mutations of one network are carried out one after
 * another, so a second one while the first is under way is {@link CloudFailure.NotReady}.
 */
public interface NetworkProvider {

    /** The network as it stands, or empty if and only if the cloud answered that there is none. */
    Optional<Network> find(String name);

    /** Asks for a network without subnets; an existing name is {@link CloudFailure.AlreadyExists}. */
    OperationId insert(Network network, RequestId requestId);

    /**
     * Removes a network. One that does not exist is {@link CloudFailure.NotFound}, one that is still used, by a subnet, a rule or a machine, is
     * {@link CloudFailure.InUse}.
     */
    OperationId delete(String name, RequestId requestId);

    /** The subnets of a network in every region, those included that are not ours; complete or a failure. */
    List<Subnet> subnets(String network);

    /** Asks for a subnet; an existing name is {@link CloudFailure.AlreadyExists}, a range that overlaps another {@link CloudFailure.InvalidRequest}. */
    OperationId insertSubnet(Subnet subnet, RequestId requestId);

    /** Removes a subnet; see {@link #delete} for its failures. */
    OperationId deleteSubnet(String region, String name, RequestId requestId);

    /** How far an operation of this port has come. */
    OperationStatus operation(OperationId id);
}
