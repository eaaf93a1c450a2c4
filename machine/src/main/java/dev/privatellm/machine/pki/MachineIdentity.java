// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** What a machine proves itself with, as far as the controller has it. */
public sealed interface MachineIdentity {

    /** The machine's leaf; empty while it is not signed. */
    Optional<X509Certificate> certificate();

    /** What the machine is to ask with; empty if its key was made here. */
    Optional<Nonce> nonce();

    /** The kind that this is. */
    default ServerKey kind() {
        return nonce().isPresent() ? ServerKey.CSR : ServerKey.UPLOADED;
    }

    /** Key and certificate were made here and are handed to the machine. */
    record Uploaded(Identity identity) implements MachineIdentity {
        @Override
        public Optional<X509Certificate> certificate() {
            return Optional.of(identity.certificate());
        }

        @Override
        public Optional<Nonce> nonce() {
            return Optional.empty();
        }
    }

    /** The machine makes its key itself and has not been heard of yet. */
    record Awaited(Nonce asked) implements MachineIdentity {
        @Override
        public Optional<X509Certificate> certificate() {
            return Optional.empty();
        }

        @Override
        public Optional<Nonce> nonce() {
            return Optional.of(asked);
        }
    }

    /** The machine has asked, and this is the answer; its key has never left it. */
    record Signed(Nonce asked, X509Certificate leaf) implements MachineIdentity {
        @Override
        public Optional<X509Certificate> certificate() {
            return Optional.of(leaf);
        }

        @Override
        public Optional<Nonce> nonce() {
            return Optional.of(asked);
        }

        @Override
        public String toString() {
            return "Signed[%s, %s]".formatted(asked, Fingerprint.of(leaf));
        }
    }
}
