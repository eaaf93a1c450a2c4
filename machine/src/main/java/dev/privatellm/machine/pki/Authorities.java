// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The authority of one resource, wherever it is kept with its key; and while another one takes its place under running streams, its successor beside it.
 * What a call has changed is durable once it returns, whole or not at all, and each may be repeated by whoever does not know whether it happened.
 */
public interface Authorities {

    /** The authority in charge; until a succession is complete, the one that gives way. */
    CaSigner current();

    /** The authority that takes its place; empty unless a succession is under way. */
    Optional<CaSigner> successor();

    /** Puts a successor beside the present authority, whose key stays; the one that is there already, if there is one. */
    CaSigner begin();

    /** The successor is in charge alone, and the key of its predecessor is gone. Without a successor nothing changes. */
    CaSigner complete();

    /** A new authority is in charge alone; the keys of all others are gone. */
    CaSigner replace();

    /** The authority that this certificate is of, if its key is here. */
    default Optional<CaSigner> find(X509Certificate certificate) {
        return Stream.concat(Stream.of(current()), successor().stream())
                .filter(kept -> kept.certificate().equals(certificate))
                .findFirst();
    }
}
