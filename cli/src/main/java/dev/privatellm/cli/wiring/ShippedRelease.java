// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.wiring;

import dev.privatellm.controller.step.Release;
import dev.privatellm.guest.Main;
import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.plan.Download;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** What this program carries for machines: script and engine's address in the guest's jar, the guest's archive in the folder {@code machine} beside that of the jars. */
public final class ShippedRelease {
    private static final String RESOURCES = "/dev/privatellm/guest/install/";
    private static final String SUFFIX = ".tar.gz";

    private ShippedRelease() {}

    /** For machines in the cloud. */
    public static Release ofThisProgram() {
        return release(archive(guestCode().resolveSibling("..").resolve("machine")));
    }

    /**
     * For emulated machines, whose guest is this process's own: what they fetch and compare is just that, the guest's jar, rather than a runtime for another
     * system that nobody would start.
     */
    public static Release forRehearsal() {
        Path code = guestCode();
        Path file = Files.isDirectory(code) ? code.resolve(Main.class.getName().replace('.', '/') + ".class") : code;
        return release(Optional.of(new Artifact(sha256(file), file)));
    }

    private static Release release(Optional<Artifact> guest) {
        Properties engine = new Properties();
        try {
            engine.load(new StringReader(resource("engine.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Release(
                resource("startup.sh"),
                new Download(engine.getProperty("url", ""), engine.getProperty("sha256", "")),
                guest);
    }

    private static String resource(String name) {
        try (InputStream in = Main.class.getResourceAsStream(RESOURCES + name)) {
            if (in == null) {
                throw new IllegalStateException("%s is not in the guest's jar".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The guest's jar, or the folder of its classes. */
    private static Path guestCode() {
        try {
            return Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one archive of a folder; it is called by its hash, which whoever fetches it checks. */
    private static Optional<Artifact> archive(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        List<Path> archives;
        try (Stream<Path> files = Files.list(folder)) {
            archives = files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return archives.size() == 1 ? Optional.of(artifact(archives.getFirst())) : Optional.empty();
    }

    private static Artifact artifact(Path archive) {
        String name = archive.getFileName().toString();
        return new Artifact(name.substring(0, name.length() - SUFFIX.length()), archive);
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
