// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.PrivateLlm;

/**
 * A document with what its keeper knows about it.
 *
 * @param uid identity for life: a document of the same name that was deleted and written again has another; lower-case letters, digits and hyphens
 * @param cluster identity of the installation, in the same letters
 * @param epoch leader term in which we act
 * @param generation counts the changes of the specification
 * @param holder who acts, the same over restarts, another one for every copy of the record; in the same letters, at most 63
 */
public record Resource(PrivateLlm document, String uid, String cluster, long epoch, long generation, String holder) {

    /** One that has a single keeper by nature, which is its installation. */
    public Resource(PrivateLlm document, String uid, String cluster, long epoch, long generation) {
        this(document, uid, cluster, epoch, generation, cluster);
    }
}
