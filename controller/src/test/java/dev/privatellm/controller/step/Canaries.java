// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.Security;
import dev.privatellm.machine.pki.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every private key and every token of a world, and everything that leaves the process, is shown or is written down without being sealed. Tokens belong into the
 * bundle and nowhere else; a private key belongs nowhere, but for the machine's own in the one field of its bundle where its document has it made here.
 */
final class Canaries {
    private static final int SLICE = 16;

    private final KeyRing keys;
    private final Set<String> texts = new LinkedHashSet<>();

    /** What was uploaded, byte for byte, without what may be in it. */
    private final Set<String> uploads = new LinkedHashSet<>();

    Canaries(KeyRing keys) {
        this.keys = keys;
    }

    /** What a call tells somebody else, while the machine's key is made as is said here. */
    void sent(Interposed.Call call, Security.ServerKey serverKey) {
        for (Object argument : call.arguments()) {
            if (argument instanceof byte[] payload) {
                String whole = new String(payload, StandardCharsets.ISO_8859_1);
                uploads.add(serverKey == Security.ServerKey.UPLOADED ? withoutServerKey(whole) : whole);
            } else {
                texts.add(spelled(argument));
            }
        }
    }

    /** What is written down for others to read, or shown to them. */
    void written(Object shown) {
        texts.add(spelled(shown));
    }

    void search(World world) {
        written(new String(world.store.read().state().toJson(), StandardCharsets.UTF_8));
        world.effects.forEach(this::written);
        written(world.ledger.entries());
        String written = bare(String.join("\n", texts));
        String raw = String.join("\n", uploads);
        String uploaded = bare(raw);
        for (KeyForms key : privateKeys(world)) {
            if (key.isIn(written) || key.isIn(uploaded) || raw.contains(key.der())) {
                throw new Violation(Violation.Oracle.SECRECY, "a private key has got out");
            }
        }
        for (String token : tokens(world)) {
            if (written.contains(token)) {
                throw new Violation(Violation.Oracle.SECRECY, "a token has got out");
            }
        }
    }

    private static String withoutServerKey(String bundle) {
        return JsonMapper.shared().readTree(bundle) instanceof ObjectNode object
                ? object.without("serverKey").toString()
                : bundle;
    }

    /** With every component of every record, also where its own text keeps them to itself. */
    private static String spelled(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Record record -> {
                List<String> parts = new ArrayList<>();
                for (var component : record.getClass().getRecordComponents()) {
                    parts.add(component.getName() + "=" + spelled(Interposed.read(component, record)));
                }
                yield record.getClass().getSimpleName() + parts;
            }
            case Optional<?> some -> some.map(Canaries::spelled).orElse("");
            case Collection<?> many ->
                many.stream().map(Canaries::spelled).toList().toString();
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> spelled(entry.getKey()) + "=" + spelled(entry.getValue()))
                        .toList()
                        .toString();
            case byte[] bytes -> new String(bytes, StandardCharsets.ISO_8859_1);
            case JsonNode json -> json.toString();
            default -> value.toString();
        };
    }

    /** A slice from the middle of a key, where no two are alike, as text may hold it, whatever its line length, and as bytes do. */
    private record KeyForms(List<String> base64, String hex, String der) {
        static KeyForms of(byte[] key) {
            String text = Base64.getEncoder().encodeToString(key);
            int middle = key.length / 3;
            return new KeyForms(
                    List.of(
                            text.substring(text.length() / 3, text.length() / 3 + 2 * SLICE),
                            // In a text that is itself encoded again the key begins anywhere within three bytes.
                            encodedTwice(text, 0),
                            encodedTwice(text, 1),
                            encodedTwice(text, 2)),
                    HexFormat.of().formatHex(key, middle, middle + SLICE),
                    new String(key, middle, SLICE, StandardCharsets.ISO_8859_1));
        }

        private static String encodedTwice(String text, int skipped) {
            String slice = text.substring(text.length() / 3 + skipped, text.length() / 3 + skipped + 2 * SLICE);
            String twice = Base64.getEncoder().encodeToString(slice.getBytes(StandardCharsets.US_ASCII));
            return twice.substring(0, twice.length() - 4);
        }

        boolean isIn(String text) {
            return base64.stream().anyMatch(text::contains) || text.contains(hex) || text.contains(der);
        }
    }

    private List<KeyForms> privateKeys(World world) {
        Stream<byte[]> made = Stream.concat(keys.made().stream(), world.guests.requests().pairs().stream())
                .map(KeyPair::getPrivate)
                .map(key -> key.getEncoded());
        String authority = keys.authority().toPem();
        String body =
                authority.substring(authority.indexOf("PRIVATE KEY-----") + 16, authority.lastIndexOf("-----END"));
        return Stream.concat(made, Stream.of(Base64.getMimeDecoder().decode(body)))
                .map(KeyForms::of)
                .toList();
    }

    private static List<String> tokens(World world) {
        return world.epochs.saved().stream()
                .flatMap(epoch -> Stream.of(Optional.of(epoch.tokens()), epoch.previousTokens()))
                .flatMap(Optional::stream)
                .flatMap(Canaries::values)
                .distinct()
                .toList();
    }

    private static Stream<String> values(Tokens tokens) {
        return Stream.of(tokens.infer().value(), tokens.manage().value());
    }

    private static String bare(String text) {
        return text.replaceAll("[\\s\\\\]|\\\\n", "");
    }
}
