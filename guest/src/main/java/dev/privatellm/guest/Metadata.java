// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import dev.privatellm.relay.Headers;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The metadata server, as "About VM metadata" of Compute Engine documents it. Blocks. */
final class Metadata {
    /** How long one wait for a change lasts; the next follows at once. */
    static final Duration WAIT = Duration.ofSeconds(60);

    private static final String ROOT = "/computeMetadata/v1/instance/";
    private static final Headers FLAVOR = Headers.of("Metadata-Flavor", "Google");

    private final HttpCaller caller;

    Metadata(HttpCaller caller) {
        this.caller = caller;
    }

    /** A value and the tag that its next change is waited for with. */
    record Value(String text, String etag) {
        @Override
        public String toString() {
            return "value " + etag;
        }
    }

    String instanceId() throws IOException, InterruptedException {
        return value("id", "").text();
    }

    Value config() throws IOException, InterruptedException {
        return value("attributes/pllm-config", "");
    }

    /** Returns once the configuration is another than {@code known}, or after {@link #WAIT} with the same. */
    Value configAfter(Value known) throws IOException, InterruptedException {
        return value("attributes/pllm-config", waitAfter(known));
    }

    /** Returns once it is told otherwise than {@code known} whether the cloud takes the machine back, or after {@link #WAIT} with the same. */
    Value preemptedAfter(Value known) throws IOException, InterruptedException {
        return value("preempted", waitAfter(known));
    }

    /**
     * Writes this machine's certificate request where the controller looks for it; see "Manage guest attributes" of Compute Engine.
     *
     * @throws IOException also if guest attributes are not enabled
     */
    void publishRequest(String pem) throws IOException, InterruptedException {
        HttpAnswer answer = caller.put(ROOT + "guest-attributes/pllm/csr", FLAVOR, HttpCaller.utf8(pem));
        if (!answer.isSuccess()) {
            throw new IOException("guest attribute: status " + answer.status());
        }
    }

    /** An access token of the machine's own account. */
    String accessToken() throws IOException, InterruptedException {
        try {
            return JsonObject.parse(
                            "token",
                            HttpCaller.utf8(
                                    value("service-accounts/default/token", "").text()))
                    .requiredText("access_token");
        } catch (InvalidDocument e) {
            throw new IOException("the metadata server's token has no access_token", e);
        }
    }

    private static String waitAfter(Value known) {
        return "?wait_for_change=true&timeout_sec=" + WAIT.toSeconds() + "&last_etag="
                + URLEncoder.encode(known.etag(), StandardCharsets.UTF_8);
    }

    private Value value(String name, String query) throws IOException, InterruptedException {
        HttpAnswer answer = caller.get(ROOT + name + query, FLAVOR);
        if (answer.status() != 200) {
            throw new IOException("metadata " + name + ": status " + answer.status());
        }
        return new Value(answer.text().strip(), answer.headers().first("ETag").orElse("0"));
    }
}
