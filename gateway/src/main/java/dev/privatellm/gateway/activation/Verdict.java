// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.activation;

import dev.privatellm.gateway.schema.Failure;

/** What happens to a request that arrives now. */
sealed interface Verdict {
    /** It goes to the machine. */
    record Forward() implements Verdict {}

    /** It waits, at most for {@link ActivationPolicy#longestHold}. */
    record Hold() implements Verdict {}

    /** It is answered with this failure. */
    record Refuse(Failure failure) implements Verdict {}
}
