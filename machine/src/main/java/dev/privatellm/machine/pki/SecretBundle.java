// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.pki;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one secret that a machine reads: its identity, whom it trusts, which tokens it admits. Written here, read by the guest; the label inside is what
 * tells after a lost answer whether an upload had its effect. The machine's private key is in it only where it was made here; a bundle without a certificate
 * of the machine's is one whose reader has yet to ask for it.
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
        bundle.put(
                "caCertificates",
                epoch.trusted().stream()
                        .map(authority -> Pem.text(List.of(authority)))
                        .toList());
        epoch.server().certificate().ifPresent(leaf -> bundle.put("serverCertificate", Pem.text(List.of(leaf))));
        if (epoch.server() instanceof MachineIdentity.Uploaded(Identity identity)) {
            bundle.put("serverKey", identity.keyPem());
        }
        bundle.put("tokens", tokens);
        bundle.put("notAfter", epoch.notAfter().toString());
        return JSON.writeValueAsBytes(bundle);
    }

    /** What tells one payload from another. */
    public record Label(long generation, Optional<Fingerprint> pin) {}

    /** The generation and the machine's leaf in a payload that was read back, or empty if it is not a bundle of ours. */
    public static Optional<Label> label(byte[] payload) {
        try {
            JsonNode json = JSON.readTree(new ByteArrayInputStream(payload));
            JsonNode generation = json.path("generation");
            JsonNode leaf = json.path("serverCertificate");
            return generation.isIntegralNumber()
                    ? Optional.of(new Label(
                            generation.longValue(),
                            leaf.isString() ? Optional.of(pin(leaf.stringValue())) : Optional.empty()))
                    : Optional.empty();
        } catch (JacksonException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Fingerprint pin(String leaf) throws GeneralSecurityException {
        return Fingerprint.of(Pem.certificates(leaf).getFirst());
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
