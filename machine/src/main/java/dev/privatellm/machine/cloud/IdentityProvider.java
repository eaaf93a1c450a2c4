// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Optional;

/** Service accounts of the user's project. Every method may throw any {@link CloudFailure}. The cloud may go on not knowing a new one for a minute. */
public interface IdentityProvider {

    /** The account as it stands, or empty if and only if the cloud answered that there is none. */
    Optional<ServiceAccount> find(String accountId);

    /**
     * Makes an account that may do nothing; an existing name is {@link CloudFailure.AlreadyExists}.
     *
     * @param description tells whose it is, since accounts have no labels
     */
    ServiceAccount create(String accountId, String displayName, String description);

    /** Removes an account. One that does not exist is {@link CloudFailure.NotFound}. */
    void delete(String accountId);
}
