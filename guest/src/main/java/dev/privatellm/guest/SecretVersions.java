// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads a bundle from Secret Manager, by the number of its version: only that is consistent right after a write. Blocks. */
final class SecretVersions {
    /** How long a refusal may be a grant that has not arrived everywhere yet. */
    static final Duration GRANT_LAG = Duration.ofMinutes(10);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final HttpCaller caller;
    private final Metadata metadata;
    private final Time time;
    private final Journal journal;
    private final OwnKeys keys;

    SecretVersions(HttpCaller caller, Metadata metadata, OwnKeys keys, Time time, Journal journal) {
        this.keys = keys;
        this.caller = caller;
        this.metadata = metadata;
        this.time = time;
        this.journal = journal;
    }

    /**
     * The bundle of this version; empty if this machine's certificate has still to be signed. Asks again while the answer is 403, a server's error or none, for {@link #GRANT_LAG}.
     *
     * @throws IOException if it could not be had; the message says why
     * @throws InvalidDocument if it was had and is of no use
     */
    Optional<Bundle> bundle(String version) throws IOException, InterruptedException, InvalidDocument {
        long start = time.nanos();
        Backoff backoff = new Backoff(time, FIRST_PAUSE, LONGEST_PAUSE);
        String refusal;
        do {
            try {
                HttpAnswer answer = caller.get(
                        "/v1/" + version + ":access", Headers.of("Authorization", "Bearer " + metadata.accessToken()));
                if (answer.isSuccess()) {
                    return Bundle.parse(payload(HttpCaller.utf8(answer.text())), keys);
                }
                refusal = "status " + answer.status();
                if (!mayPass(answer.status())) {
                    break;
                }
            } catch (IOException e) {
                refusal = String.valueOf(e.getMessage());
            }
            journal.say("bundle " + shortName(version) + " not to be had yet: " + refusal);
            backoff.pause();
        } while (time.nanos() - start < GRANT_LAG.toNanos());
        throw new IOException("bundle " + shortName(version) + " not to be had: " + refusal);
    }

    /** Secret and number; the project is nobody's business. */
    private static String shortName(String version) {
        return version.substring(version.indexOf("/secrets/") + 1);
    }

    private static boolean mayPass(int status) {
        return status == 403 || status == 429 || status >= 500;
    }

    private static byte[] payload(byte[] answer) throws InvalidDocument {
        JsonObject payload = JsonObject.parse("secret", answer).requiredObject("payload");
        byte[] data;
        try {
            data = Base64.getDecoder().decode(payload.requiredText("data"));
        } catch (IllegalArgumentException e) {
            throw new InvalidDocument("secret.payload.data (expected: base64)");
        }
        CRC32C sum = new CRC32C();
        sum.update(data);
        if (!payload.text("dataCrc32c")
                .map(Long.toString(sum.getValue())::equals)
                .orElse(true)) {
            throw new InvalidDocument("secret.payload.dataCrc32c (expected: the checksum of the data)");
        }
        return data;
    }
}
