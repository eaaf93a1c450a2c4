// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** A choice that a document writes as one word. */
public interface Worded {

    /** The word as it stands in a document. */
    String word();
}
