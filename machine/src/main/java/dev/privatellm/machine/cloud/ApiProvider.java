// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Set;

/** Which of the cloud's APIs may be used in the user's project. Every method may throw any {@link CloudFailure}. */
public interface ApiProvider {

    /** Whether all of them may be used. */
    boolean areEnabled(Set<Api> apis);

    /** Asks for all of them to be enabled; nothing that others have enabled is changed. Repeating it changes nothing. It may take minutes until the cloud heeds it. */
    OperationId enable(Set<Api> apis);

    /** How far that has come. */
    OperationStatus operation(OperationId id);
}
