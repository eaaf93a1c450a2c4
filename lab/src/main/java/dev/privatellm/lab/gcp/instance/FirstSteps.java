// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.instance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the startup script of a real machine does before its guest runs, as far as it can go wrong for what stands in the cloud: it fetches the guest's archive
 * with the machine's own identity and compares its hash. The archive is then let go: the guest of an emulated machine is this process's own.
 */
final class FirstSteps {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String STORAGE = "https://storage.googleapis.com/";
    private static final int TIMEOUT_MILLIS = 20_000;

    /** A right that was granted just now takes its time; the script is as patient, in minutes. */
    private static final int ATTEMPTS = 40;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final MachineSetup setup;
    private final URI api;
    private final Supplier<String> token;
    private final SerialLog serial;

    /**
     * @param api where {@code storage.googleapis.com} leads to
     * @param token makes an answer of the metadata server with an access token of the machine's account
     */
    FirstSteps(MachineSetup setup, URI api, Supplier<String> token, SerialLog serial) {
        this.setup = setup;
        this.api = api;
        this.token = token;
        this.serial = serial;
    }

    /**
     * Whether the guest may run. A configuration that names no archive means an image that has the guest on it.
     *
     * @param isOff ends the attempts
     */
    boolean install(BooleanSupplier isOff) throws InterruptedException {
        JsonNode guest = configuration().path("guest");
        String url = guest.path("url").asString("");
        String sha256 = guest.path("sha256").asString("");
        if (guest.isMissingNode()) {
            return true;
        }
        if (!url.startsWith(STORAGE)) {
            serial.line("[lab] " + url + " lies outside of this rehearsal and is taken for fetched");
            return true;
        }
        for (int attempt = 1; !isOff.getAsBoolean(); attempt++) {
            String found = fetch(url);
            if (found.equals(sha256)) {
                serial.line("private-llm: step guest-archive: exit 0");
                return true;
            }
            if (attempt == ATTEMPTS || found.length() == sha256.length()) {
                serial.line("private-llm: download of %s: %s (expected: %s)".formatted(url, found, sha256));
                serial.line("private-llm: step guest-archive: exit 65");
                return false;
            }
            Thread.sleep(PAUSE);
        }
        return false;
    }

    private JsonNode configuration() {
        try {
            return JSON.readTree(setup.metadata().attributes().getOrDefault("pllm-config", "{}"));
        } catch (JacksonException e) {
            serial.line("private-llm: step config: exit 1");
            return JSON.missingNode();
        }
    }

    /** The hash of what came, or the answer's first line if it was another. */
    private String fetch(String url) {
        String bearer = setup.serviceAccount().isEmpty()
                ? "none"
                : JSON.readTree(token.get()).path("access_token").asString("");
        URI target = URI.create(url);
        String request = "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(target.getRawPath(), target.getHost(), bearer);
        try (Socket socket = new Socket(api.getHost(), api.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String status = line(in);
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                // only the body is of interest
            }
            return status.startsWith("HTTP/1.1 200 ") ? hash(in) : status;
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static String hash(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
