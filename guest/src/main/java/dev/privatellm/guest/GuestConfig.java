// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The machine's attribute {@code pllm-config}.
 *
 * @param uid of the resource that the machine belongs to
 * @param configHash of everything that this machine cannot take over while it runs
 * @param secretVersion full name of one version of the bundle, never {@code latest}
 * @param asking what to ask with for a certificate of a key that this machine makes; empty if its key is in the bundle
 * @param port where the front listens
 * @param engineUrl the engine, on loopback
 * @param model what has to be present and loaded
 * @param deadMan silence of the controller after which the machine turns itself off; zero for never
 * @param firstBootGrace the same while the first boot lasts
 */
record GuestConfig(
        String uid,
        String configHash,
        String secretVersion,
        Optional<Asking> asking,
        int port,
        Optional<URI> engineUrl,
        Model model,
        Duration deadMan,
        Duration firstBootGrace) {
    private static final Pattern VERSION = Pattern.compile("projects/[^/]+/secrets/[A-Za-z0-9_-]+/versions/[0-9]+");
    private static final long SCHEMA_BEFORE = 0;
    private static final long SCHEMA = 1;
    private static final long WEEK_SECONDS = 7 * 24 * 3600L;

    /**
     * @param name has to be loaded before the machine is ready
     * @param extra have to be present
     * @param contextLength in tokens; zero for the engine's own
     */
    record Model(String name, List<String> extra, long contextLength) {
        Model {
            extra = List.copyOf(extra);
        }

        /** Every model that has to be present, the main one first. */
        List<String> all() {
            List<String> all = new ArrayList<>();
            all.add(name);
            extra.stream().filter(each -> !each.equals(name)).distinct().forEach(all::add);
            return all;
        }
    }

    /**
     * @param nonce says which question the answer is for
     * @param algorithm kind of the key to make
     */
    record Asking(String nonce, OwnKeys.Algorithm algorithm) {}

    /** @throws InvalidDocument naming the first field that is missing or wrong */
    static GuestConfig parse(byte[] text) throws InvalidDocument {
        JsonObject json = JsonObject.parse("pllm-config", text);
        json.requiredNumber("schema", SCHEMA_BEFORE, SCHEMA);
        String version = json.requiredText("secretVersion");
        requireVersion("pllm-config.secretVersion", version);
        JsonObject model = json.requiredObject("model");
        return new GuestConfig(
                json.requiredText("uid"),
                json.text("configHash").orElse(""),
                version,
                asking(json),
                (int) json.requiredNumber("port", 1, 65535),
                engineUrl(json.requiredObject("engine")),
                new Model(
                        model.requiredText("name"),
                        model.texts("extra"),
                        model.number("contextLength").orElse(0L)),
                Duration.ofSeconds(json.requiredNumber("deadManSeconds", 0, WEEK_SECONDS)),
                Duration.ofSeconds(json.requiredNumber("firstBootGraceSeconds", 0, WEEK_SECONDS)));
    }

    /** @throws InvalidDocument unless this is the full name of one numbered version of a secret */
    static void requireVersion(String field, String version) throws InvalidDocument {
        if (!VERSION.matcher(version).matches()) {
            throw new InvalidDocument(field + " (expected: the full name of one numbered version)");
        }
    }

    private static Optional<Asking> asking(JsonObject json) throws InvalidDocument {
        Optional<String> nonce = json.text("csrNonce").filter(text -> !text.isBlank());
        if (nonce.isEmpty()) {
            return Optional.empty();
        }
        String algorithm = json.requiredText("keyAlgorithm");
        for (OwnKeys.Algorithm known : OwnKeys.Algorithm.values()) {
            if (known.name().equals(algorithm)) {
                return Optional.of(new Asking(nonce.get(), known));
            }
        }
        throw new InvalidDocument("pllm-config.keyAlgorithm (expected: RSA_4096, ECDSA_P256 or ECDSA_P384)");
    }

    private static Optional<URI> engineUrl(JsonObject engine) throws InvalidDocument {
        Optional<String> url = engine.text("url");
        try {
            return url.map(URI::create);
        } catch (IllegalArgumentException e) {
            throw new InvalidDocument("pllm-config.engine.url (expected: a URL)");
        }
    }
}
