// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.pki.Authorities;
import dev.privatellm.machine.pki.CaSigner;
import dev.privatellm.machine.pki.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The authorities of a resource in the one file that holds their keys: the one in charge first, and after it its successor while there is one. The file is
 * replaced as a whole, so that whoever dies in between finds either what was before or what comes after, and never a certificate without its key.
 */
final class AuthorityFile implements Authorities {
    private final Path file;
    private final Supplier<CertificateAuthority> fresh;
    private List<CertificateAuthority> kept;

    private AuthorityFile(Path file, Supplier<CertificateAuthority> fresh, List<CertificateAuthority> kept) {
        this.file = file;
        this.fresh = fresh;
        this.kept = kept;
    }

    /**
     * Reads the authorities, or makes one and keeps it before anybody sees it. A damaged file is never replaced: what it signed would be lost.
     *
     * @param fresh makes an authority
     */
    static AuthorityFile establish(Path file, Supplier<CertificateAuthority> fresh) throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isPresent()) {
            return new AuthorityFile(file, fresh, parse(file, content.get()));
        }
        AuthorityFile made = new AuthorityFile(file, fresh, List.of());
        made.keep(List.of(fresh.get()));
        return made;
    }

    /** The certificates in such a file without their keys, the one in charge first; none if there is no file. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        return content.isEmpty()
                ? List.of()
                : parse(file, content.get()).stream()
                        .map(CertificateAuthority::certificate)
                        .toList();
    }

    private static List<CertificateAuthority> parse(Path file, byte[] content) throws IOException {
        try {
            List<CertificateAuthority> found =
                    CertificateAuthority.parse(new String(content, StandardCharsets.US_ASCII));
            if (found.size() <= 2) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is damaged", e);
        }
        throw new IOException(file + " holds more than two authorities");
    }

    @Override
    public synchronized CaSigner current() {
        return kept.getFirst();
    }

    @Override
    public synchronized Optional<CaSigner> successor() {
        return kept.size() > 1 ? Optional.of(kept.getLast()) : Optional.empty();
    }

    @Override
    public synchronized CaSigner begin() {
        if (kept.size() == 1) {
            replace(List.of(kept.getFirst(), fresh.get()));
        }
        return kept.getLast();
    }

    @Override
    public synchronized CaSigner complete() {
        if (kept.size() > 1) {
            replace(List.of(kept.getLast()));
        }
        return kept.getFirst();
    }

    @Override
    public synchronized CaSigner replace() {
        replace(List.of(fresh.get()));
        return kept.getFirst();
    }

    private void replace(List<CertificateAuthority> next) {
        try {
            keep(next);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written".formatted(file), e);
        }
    }

    private void keep(List<CertificateAuthority> next) throws IOException {
        StringBuilder text = new StringBuilder();
        next.forEach(authority -> text.append(authority.toPem()));
        DurableFile.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
        kept = next;
    }
}
