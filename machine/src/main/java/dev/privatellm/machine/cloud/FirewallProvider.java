// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.List;
import java.util.Optional;

/** Ingress rules of the user's project. Every method may throw any {@link CloudFailure}. */
public interface FirewallProvider {

    /** The rule as it stands, or empty if and only if the cloud answered that there is none. */
    Optional<FirewallRule> find(String name);

    /** All rules of the project whose name begins with {@code pllm-}, those included whose description is not ours. */
    List<FirewallRule> list();

    /** Asks for a new rule; an existing name is {@link CloudFailure.AlreadyExists}. It admits nobody before its operation is done. */
    OperationId insert(FirewallRule rule, RequestId requestId);

    /** Replaces the content of a rule. Rules have no fingerprint: whoever calls reads back afterwards. */
    OperationId replace(FirewallRule rule, RequestId requestId);

    /** Removes a rule. One that does not exist is {@link CloudFailure.NotFound}. */
    OperationId delete(String name, RequestId requestId);

    /** How far an operation of this port has come. */
    OperationStatus operation(OperationId id);
}
