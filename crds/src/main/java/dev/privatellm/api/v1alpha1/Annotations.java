// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * What is asked for beside the specification, for as long as it stands in the document. Other annotations than ours may stand there, too.
 *
 * @param isPaused whether nothing is asked of the cloud: what runs goes on, what sleeps sleeps on
 */
public record Annotations(boolean isPaused) {
    /** Before the name of each of ours. */
    public static final String PREFIX = "privatellm.dev/";

    /** Nothing is asked for. */
    public static final Annotations NONE = new Annotations(false);
}
