// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.io.ByteArrayInputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one secret that a machine reads: its identity, whom it trusts, which tokens it admits. Written here, read by the guest; the generation inside is what
 * tells after a lost answer whether an upload had its effect.
 */
public final class SecretBundle {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    private SecretBundle() {}

    /** The payload for an epoch. While two epochs overlap, {@code current} is the token in use and {@code next} the one that follows it. */
    public static byte[] of(Epoch epoch) {
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("infer", tokens(epoch, Tokens::infer));
        tokens.put("manage", tokens(epoch, Tokens::manage));
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("schema", SCHEMA);
        bundle.put("generation", epoch.generation());
        bundle.put("caCertificates", List.of(Pem.text(List.of(epoch.authority()))));
        bundle.put("serverCertificate", epoch.server().certificatePem());
        bundle.put("serverKey", epoch.server().keyPem());
        bundle.put("tokens", tokens);
        bundle.put(
                "notAfter",
                epoch.server().certificate().getNotAfter().toInstant().toString());
        return JSON.writeValueAsBytes(bundle);
    }

    /** The generation of a payload that was read back, or empty if it is not a bundle of ours. */
    public static OptionalLong generation(byte[] payload) {
        try {
            JsonNode generation =
                    JSON.readTree(new ByteArrayInputStream(payload)).path("generation");
            return generation.isIntegralNumber() ? OptionalLong.of(generation.longValue()) : OptionalLong.empty();
        } catch (JacksonException e) {
            return OptionalLong.empty();
        }
    }

    private static Map<String, String> tokens(Epoch epoch, java.util.function.Function<Tokens, Token> kind) {
        String own = kind.apply(epoch.tokens()).value();
        return epoch.previousTokens()
                .<Map<String, String>>map(previous -> {
                    Map<String, String> both = new LinkedHashMap<>();
                    both.put("current", kind.apply(previous).value());
                    both.put("next", own);
                    return both;
                })
                .orElseGet(() -> Map.of("current", own));
    }
}
