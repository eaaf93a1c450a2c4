// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.KeyPair;

/** Hands out fresh key pairs, each one once. */
public interface KeyPairs {

    /** A pair that nobody else has or will get; waits for one to be made if none is ready. */
    KeyPair take();

    /** Kind of the pairs. */
    KeyAlgorithm algorithm();
}
