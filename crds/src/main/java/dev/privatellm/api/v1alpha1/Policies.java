// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/**
 * What may happen to what is there already.
 *
 * @param replace what becomes of a machine that cannot become what the document asks for now
 * @param deletion what is taken away when the resource is taken down
 * @param kmsDeletion what becomes of the key of our own when the resource is taken down
 * @param management whether anything may be changed at all
 */
public record Policies(Replace replace, Deletion deletion, KmsDeletion kmsDeletion, Management management) {

    /** Whether anything may be changed at all. */
    public enum Management implements Worded {
        /** Whatever the document asks for. */
        FULL("Full"),
        /** What is there is looked at, and nothing is made, changed or removed. */
        OBSERVE("Observe");

        private final String word;

        Management(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** What becomes of the key of our own when all else is removed. */
    public enum KmsDeletion implements Worded {
        /** It stays, and so does its price. */
        RETAIN("Retain"),
        /** Its versions are destroyed; the names of key and ring stay for ever. */
        DELETE("Delete");

        private final String word;

        KmsDeletion(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** What is taken away when the resource is taken down. */
    public enum Deletion implements Worded {
        /** All that was made, with the models on the machine's disk. */
        DELETE("Delete"),
        /** The machine's power and the firewall rule; the rest stays, and is paid for. */
        RETAIN("Retain");

        private final String word;

        Deletion(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** Whether a machine may be given up, with its disk, for another one. */
    public enum Replace implements Worded {
        /** It goes on working as it is, until somebody confirms its replacement by hand. */
        DENY("Deny"),
        /** At the next wake another one is made; the old one is removed once that serves. */
        ALLOW("Allow");

        private final String word;

        Replace(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
