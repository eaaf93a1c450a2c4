// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether an epoch must be issued again: a list of named checks, of which the first that objects gives reason and message. Every way to a running
 * machine passes it, and so does a machine that runs.
 */
public final class RenewalPolicy {

    private interface Check {
        /** The message of its objection, or empty. */
        Optional<String> objection(Epoch epoch, Wanted wanted, Instant now);
    }

    private record Named(String reason, Check check) {}

    /** An authority is replaced when it has no more than this left. */
    private static final Duration AUTHORITY_AHEAD = Duration.ofDays(30);

    private static final List<Named> CHECKS = List.of(
            new Named("GenerationMismatch", RenewalPolicy::generation),
            new Named("AuthorityChanged", RenewalPolicy::authority),
            new Named("ServerNameChanged", RenewalPolicy::serverName),
            new Named("ServerKeyChanged", RenewalPolicy::serverKey),
            new Named("KeyAlgorithmChanged", RenewalPolicy::algorithm),
            new Named("KeyMismatch", RenewalPolicy::pairing),
            new Named("CertificateExpiring", RenewalPolicy::lifetime),
            new Named("ChainBroken", RenewalPolicy::chain));

    /**
     * What an epoch ought to be.
     *
     * @param generation the generation that is on record as issued last
     * @param authorities certificates of the authorities in charge: two while one takes the other's place
     * @param serverName the machine's name
     * @param algorithm kind of key that the resource asks for
     * @param serverKey where the machine's key is to be born
     */
    public record Wanted(
            long generation,
            Set<X509Certificate> authorities,
            String serverName,
            KeyAlgorithm algorithm,
            ServerKey serverKey) {
        public Wanted {
            authorities = Set.copyOf(authorities);
        }
    }

    /** Why to issue again: a reason in one CamelCase word, and a message for people. */
    public record Renewal(String reason, String message) {
        private static final String MISSING = "NeverIssued";

        /** Whether there is no epoch at all, rather than one that somebody objects to. */
        public boolean isMissing() {
            return reason.equals(MISSING);
        }
    }

    /**
     * Asks every check.
     *
     * @param epoch the epoch that would be used, empty if there is none
     * @return empty if it may be used
     */
    public Optional<Renewal> decide(Optional<Epoch> epoch, Wanted wanted, Instant now) {
        if (epoch.isEmpty()) {
            return Optional.of(new Renewal(Renewal.MISSING, "no certificates of generation " + wanted.generation()));
        }
        for (Named each : CHECKS) {
            Optional<String> objection = each.check().objection(epoch.get(), wanted, now);
            if (objection.isPresent()) {
                return Optional.of(new Renewal(each.reason(), objection.get()));
            }
        }
        return Optional.empty();
    }

    /** What one check says of an epoch; without an objection it is content. */
    public record Finding(String check, Optional<String> objection) {}

    /** Asks every check, whatever those before it say, in the order in which {@link #decide} heeds them. */
    public List<Finding> ask(Epoch epoch, Wanted wanted, Instant now) {
        return CHECKS.stream()
                .map(each -> new Finding(each.reason(), each.check().objection(epoch, wanted, now)))
                .toList();
    }

    /** Whether an authority is so near its end that another one is to take its place. */
    public static boolean isEnding(Instant end, Instant now) {
        return !now.isBefore(end.minus(AUTHORITY_AHEAD));
    }

    /** When an epoch that nobody objects to is to be renewed: with a third of the lifetime left that its certificates really have, day 4⅔ of 7. */
    public Instant renewAt(Epoch epoch) {
        return epoch.certificates().stream()
                .map(RenewalPolicy::renewAt)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static Instant renewAt(X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        Duration lifetime = Duration.between(certificate.getNotBefore().toInstant(), end);
        return end.minus(lifetime.dividedBy(3));
    }

    /** What is here with its private key. */
    private static Collection<Identity> identities(Epoch epoch) {
        return epoch.server() instanceof MachineIdentity.Uploaded(Identity machine)
                ? List.of(machine, epoch.controller(), epoch.gateway())
                : List.of(epoch.controller(), epoch.gateway());
    }

    private static Optional<String> generation(Epoch epoch, Wanted wanted, Instant now) {
        return objectIf(
                epoch.generation() != wanted.generation(),
                "generation %d (expected: %d)".formatted(epoch.generation(), wanted.generation()));
    }

    private static Optional<String> authority(Epoch epoch, Wanted wanted, Instant now) {
        return objectIf(
                !wanted.authorities().contains(epoch.authority()),
                "issued by an authority that is no longer in charge");
    }

    private static Optional<String> serverName(Epoch epoch, Wanted wanted, Instant now) {
        boolean isAnother = epoch.server()
                .certificate()
                .map(leaf -> !sanOf(leaf).equals(Set.of(wanted.serverName())))
                .orElseGet(() -> !epoch.serverName().equals(wanted.serverName()));
        return objectIf(isAnother, "issued for %s (expected: %s)".formatted(epoch.serverName(), wanted.serverName()));
    }

    private static Optional<String> serverKey(Epoch epoch, Wanted wanted, Instant now) {
        ServerKey found = epoch.server().kind();
        return objectIf(
                found != wanted.serverKey(),
                "the machine's key is of kind %s (expected: %s)".formatted(found, wanted.serverKey()));
    }

    private static Optional<String> algorithm(Epoch epoch, Wanted wanted, Instant now) {
        for (X509Certificate certificate : epoch.certificates()) {
            try {
                KeyAlgorithm found = KeyAlgorithm.of(certificate.getPublicKey());
                if (found != wanted.algorithm()) {
                    return Optional.of("keys are %s (expected: %s)".formatted(found, wanted.algorithm()));
                }
            } catch (GeneralSecurityException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> pairing(Epoch epoch, Wanted wanted, Instant now) {
        for (Identity identity : identities(epoch)) {
            if (!identity.isPaired()) {
                return Optional.of("certificate and key do not belong together: " + identity);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> lifetime(Epoch epoch, Wanted wanted, Instant now) {
        for (X509Certificate certificate : epoch.certificates()) {
            Instant due = renewAt(certificate);
            if (!now.isBefore(due)) {
                return Optional.of("less than a third of its lifetime is left since %s: %s"
                        .formatted(due, certificate.getSubjectX500Principal()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> chain(Epoch epoch, Wanted wanted, Instant now) {
        for (X509Certificate certificate : epoch.certificates()) {
            try {
                CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
                PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(epoch.authority(), null)));
                parameters.setRevocationEnabled(false);
                parameters.setDate(Date.from(now));
                CertPathValidator.getInstance("PKIX").validate(path, parameters);
            } catch (GeneralSecurityException e) {
                return Optional.of("%s does not chain to its authority: %s"
                        .formatted(certificate.getSubjectX500Principal(), e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private static Set<String> sanOf(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Set.of()
                    : Set.copyOf(names.stream()
                            .map(name -> String.valueOf(name.get(1)))
                            .toList());
        } catch (GeneralSecurityException e) {
            return Set.of();
        }
    }

    private static Optional<String> objectIf(boolean wrong, String message) {
        return wrong ? Optional.of(message) : Optional.empty();
    }
}
