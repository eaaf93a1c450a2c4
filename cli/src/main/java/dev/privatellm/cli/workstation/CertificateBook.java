// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.pki.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The certificates of a state folder and what there is to be said of them, read from its files, whether anybody runs there or not. Holds no key. */
public final class CertificateBook {
    private CertificateBook() {}

    /** What a certificate is good for now. */
    public enum Use {
        /** Both sides prove themselves with it, or trust it. */
        IN_USE,
        /** The next boot, or the change under way, will use it. */
        PREPARED,
        /** Nobody uses it: the machine sleeps, and its next boot has others. */
        ASLEEP,
        /** It is kept, and nobody uses it any more. */
        FORMER
    }

    /**
     * One certificate.
     *
     * @param holder {@code authority}, {@code machine}, {@code controller} or {@code gateway}
     * @param fingerprint SHA-256 of it
     * @param generation of the leaf; empty for an authority
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Entry(
            String resource,
            String holder,
            Use use,
            Optional<Long> generation,
            String subject,
            String issuer,
            String serial,
            String fingerprint,
            Instant notBefore,
            Instant notAfter) {

        static Entry of(
                String resource, String holder, Use use, Optional<Long> generation, X509Certificate certificate) {
            return new Entry(
                    resource,
                    holder,
                    use,
                    generation,
                    certificate.getSubjectX500Principal().getName(),
                    certificate.getIssuerX500Principal().getName(),
                    certificate.getSerialNumber().toString(16),
                    Fingerprint.of(certificate).hex(),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant());
        }
    }

    /**
     * What one check says.
     *
     * @param of {@code authority}, or {@code generation N}
     * @param objection in a sentence; empty if there is none
     * @param next the command that helps
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Check(String resource, String of, String check, Optional<String> objection, Optional<String> next) {}

    /** All certificates, and what all checks say. */
    public record Contents(List<Entry> certificates, List<Check> checks) {
        public Contents {
            certificates = List.copyOf(certificates);
            checks = List.copyOf(checks);
        }
    }

    /** Whether there is any authority. */
    public static boolean isThere(Path stateFolder) {
        return ResourceFolders.areIn(stateFolder);
    }

    /**
     * Reads a folder.
     *
     * @throws WorkstationFailure if a file cannot be read; the message quotes nothing of it
     */
    public static Contents read(Path stateFolder, Instant now) {
        List<Entry> entries = new ArrayList<>();
        List<Check> checks = new ArrayList<>();
        try {
            Optional<InstallationIdentity> identity =
                    InstallationIdentity.find(stateFolder.resolve(StateFolder.IDENTITY));
            for (Path home : ResourceFolders.all(stateFolder)) {
                if (identity.isPresent() && Files.exists(home.resolve(ResourceFiles.AUTHORITY))) {
                    CertificatesOfResource found = resource(home, identity.get(), now);
                    entries.addAll(found.entries());
                    checks.addAll(found.checks(now));
                }
            }
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE, "%s cannot be read: %s".formatted(stateFolder, e.getMessage()), e);
        }
        return new Contents(entries, checks);
    }

    private static CertificatesOfResource resource(Path home, InstallationIdentity identity, Instant now)
            throws IOException {
        String[] name = String.valueOf(home.getFileName()).split("[.]", 2);
        try (FileStateStore<ResourceState> record = ResourceFiles.record(home, ResourceState.initial(now))) {
            return new CertificatesOfResource(
                    name[0] + "/" + name[1],
                    identity.uid(name[0], name[1]),
                    record.read().state().plan(),
                    AuthorityFile.certificates(home.resolve(ResourceFiles.AUTHORITY)),
                    FileEpochStore.read(home.resolve(ResourceFiles.EPOCHS)));
        }
    }
}
