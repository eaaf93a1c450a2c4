// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.util.Optional;

/**
 * Keeps epochs sealed on the controller's side from the moment they are issued, so that nothing is ever uploaded that could not be answered to: a crash at
 * any point between issue and activation finds the epoch of the recorded generation here, whole or not at all.
 */
public interface EpochStore {

    /** Keeps an epoch beside the others; durable once this returns, replaced if that generation was kept before. */
    void save(Epoch epoch);

    /** The epoch of a generation, if it is kept. */
    Optional<Epoch> find(long generation);

    /** Removes every epoch older than this generation. */
    void forgetBefore(long generation);
}
