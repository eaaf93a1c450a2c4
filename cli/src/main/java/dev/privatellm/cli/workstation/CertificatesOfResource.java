// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.cli.workstation.CertificateBook.Check;
import dev.privatellm.cli.workstation.CertificateBook.Entry;
import dev.privatellm.cli.workstation.CertificateBook.Use;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.Fingerprint;
import dev.privatellm.machine.pki.KeyAlgorithm;
import dev.privatellm.machine.pki.RenewalPolicy;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Names;
import dev.privatellm.machine.plan.PlanState;
import dev.privatellm.machine.plan.Planner;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The certificates of one resource as its files have them.
 *
 * @param authorities the one in charge first, then its successor while there is one
 */
record CertificatesOfResource(
        String name, String uid, PlanState plan, List<X509Certificate> authorities, List<Epoch> epochs) {
    private static final String ROTATE = "private-llm rotate";
    private static final String ROTATE_AUTHORITY = "private-llm rotate --ca";

    CertificatesOfResource {
        authorities = List.copyOf(authorities);
        epochs = List.copyOf(epochs);
    }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (X509Certificate authority : authorities) {
            Use use = authority.equals(authorities.getFirst()) ? Use.IN_USE : Use.PREPARED;
            entries.add(Entry.of(name, "authority", use, Optional.empty(), authority));
        }
        for (Epoch epoch : epochs) {
            Use use = use(epoch.generation());
            epoch.server().certificate().ifPresent(leaf -> entries.add(leaf("machine", use, epoch, leaf)));
            entries.add(leaf("controller", use, epoch, epoch.controller().certificate()));
            entries.add(leaf("gateway", use, epoch, epoch.gateway().certificate()));
        }
        return entries;
    }

    private Entry leaf(String holder, Use use, Epoch epoch, X509Certificate certificate) {
        return Entry.of(name, holder, use, Optional.of(epoch.generation()), certificate);
    }

    private Use use(long generation) {
        if (is(plan.trust().prepared(), generation)) {
            return Use.PREPARED;
        }
        if (!is(plan.trust().inUse(), generation)) {
            return Use.FORMER;
        }
        return Planner.isAsleep(plan.power()) ? Use.ASLEEP : Use.IN_USE;
    }

    private static boolean is(Optional<Certificates> certificates, long generation) {
        return certificates.filter(known -> known.generation() == generation).isPresent();
    }

    List<Check> checks(Instant now) {
        List<Check> checks = new ArrayList<>();
        for (X509Certificate authority : authorities) {
            checks.add(lifetime(authority, now));
        }
        Stream.concat(plan.trust().inUse().stream(), plan.trust().prepared().stream())
                .filter(certificates -> use(certificates.generation()) != Use.ASLEEP)
                .forEach(certificates -> checks.addAll(checks(certificates, now)));
        return checks;
    }

    /** An authority whose change is under way is cared for. */
    private Check lifetime(X509Certificate authority, Instant now) {
        boolean isEnding = authorities.size() == 1
                && plan.trust().authorityChange().isEmpty()
                && RenewalPolicy.isEnding(authority.getNotAfter().toInstant(), now);
        return check(
                "authority",
                "AuthorityExpiring",
                isEnding
                        ? Optional.of("it ends at %s; a serve that runs replaces it by itself"
                                .formatted(authority.getNotAfter().toInstant()))
                        : Optional.empty(),
                ROTATE_AUTHORITY);
    }

    private List<Check> checks(Certificates recorded, Instant now) {
        String of = "generation " + recorded.generation();
        Optional<Epoch> found = epochs.stream()
                .filter(epoch -> epoch.generation() == recorded.generation())
                .findFirst();
        if (found.isEmpty()) {
            return List.of(
                    check(of, "GenerationMismatch", Optional.of("it is on record and is not kept here"), ROTATE));
        }
        Epoch epoch = found.get();
        List<Check> checks = new ArrayList<>();
        boolean isPinned = epoch.pin().map(Fingerprint::hex).equals(recorded.pin());
        checks.add(check(
                of,
                "PinMismatch",
                isPinned ? Optional.empty() : Optional.of("the machine's certificate is not the one on record"),
                ROTATE));
        for (RenewalPolicy.Finding finding : new RenewalPolicy().ask(epoch, wanted(recorded, epoch), now)) {
            checks.add(check(of, finding.check(), finding.objection(), ROTATE));
        }
        return checks;
    }

    /** What the document asks for is not known here: kind of keys and where they are born are those of the generation itself. */
    private RenewalPolicy.Wanted wanted(Certificates recorded, Epoch epoch) {
        return new RenewalPolicy.Wanted(
                recorded.generation(),
                Set.copyOf(authorities),
                Names.of(uid).serverName(),
                algorithm(epoch),
                epoch.server().kind());
    }

    private static KeyAlgorithm algorithm(Epoch epoch) {
        try {
            return KeyAlgorithm.of(epoch.controller().certificate().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key of no kind that we issue for", e);
        }
    }

    private Check check(String of, String word, Optional<String> objection, String next) {
        return new Check(name, of, word, objection, objection.map(_ -> next));
    }
}
