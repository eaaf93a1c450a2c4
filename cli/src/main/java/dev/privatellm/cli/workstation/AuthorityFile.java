// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.pki.CertificateAuthority;
import dev.privatellm.machine.pki.KeyPairs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** The certificate authority of a resource in the one file that holds its key. */
final class AuthorityFile {
    private AuthorityFile() {}

    /** Reads the authority, or makes it and keeps it before anybody sees it. A damaged file is never replaced: what it signed would be lost. */
    static CertificateAuthority establish(Path file, String resource, KeyPairs keys, Clock clock, SecureRandom random)
            throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isPresent()) {
            try {
                return CertificateAuthority.parse(new String(content.get(), StandardCharsets.US_ASCII));
            } catch (GeneralSecurityException e) {
                throw new IOException(file + " is damaged", e);
            }
        }
        CertificateAuthority made = CertificateAuthority.create(resource, keys, clock, random);
        DurableFile.write(file, made.toPem().getBytes(StandardCharsets.US_ASCII));
        return made;
    }
}
