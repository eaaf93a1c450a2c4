// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

/** Where the engine's models come from. */
public interface ModelRegistry {

    /** What the registry has under a model's name. Never throws: a registry that cannot be asked is an answer. */
    Listing find(String model);

    /** What is known of a model. */
    sealed interface Listing {

        /**
         * It is there.
         *
         * @param bytes of all that is downloaded
         * @param weightBytes of what has to lie in the GPUs' memory
         */
        record Listed(long bytes, long weightBytes) implements Listing {}

        /** The registry says that there is none. */
        record Absent() implements Listing {}

        /** The registry was not asked, or did not say: nothing follows from it. */
        record Unknown(String why) implements Listing {}
    }
}
