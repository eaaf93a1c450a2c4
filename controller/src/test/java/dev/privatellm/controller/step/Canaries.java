// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.pki.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every private key and every token of a world, and everything that leaves the process or is written down without being sealed. Tokens belong into the bundle
 * and nowhere else; a private key belongs nowhere, but for the machine's own where its document has it made here.
 */
final class Canaries {
    private final KeyRing keys;
    private final Set<String> texts = new LinkedHashSet<>();
    private final Set<String> bundles = new LinkedHashSet<>();

    Canaries(KeyRing keys) {
        this.keys = keys;
    }

    /** What a call tells the cloud. */
    void sent(Interposed.Call call) {
        for (Object argument : call.arguments()) {
            if (argument instanceof byte[] payload) {
                bundles.add(new String(payload, StandardCharsets.UTF_8));
            } else {
                texts.add(argument.toString());
            }
        }
    }

    /** What is written down for others to read. */
    void written(String text) {
        texts.add(text);
    }

    void search(World world) {
        texts.add(new String(world.store.read().state().toJson(), StandardCharsets.UTF_8));
        world.effects.forEach(entry -> texts.add(entry.toString()));
        texts.add(world.ledger.entries().toString());
        String written = bare(String.join("\n", texts));
        String uploaded = bare(
                String.join("\n", bundles.stream().map(this::withoutServerKey).toList()));
        for (String key : privateKeys()) {
            if (written.contains(key) || uploaded.contains(key)) {
                throw new Violation(Violation.Oracle.SECRECY, "a private key has got out");
            }
        }
        for (String token : tokens(world)) {
            if (written.contains(token)) {
                throw new Violation(Violation.Oracle.SECRECY, "a token has got out");
            }
        }
    }

    private String withoutServerKey(String bundle) {
        return JsonMapper.shared().readTree(bundle) instanceof ObjectNode object
                ? object.without("serverKey").toString()
                : bundle;
    }

    /** As text may hold them, whatever its line length: from the middle, where no two keys are alike. */
    private List<String> privateKeys() {
        List<String> all = new ArrayList<>();
        Stream<byte[]> made = keys.made().stream().map(KeyPair::getPrivate).map(key -> key.getEncoded());
        String authority = keys.authority().toPem();
        String body =
                authority.substring(authority.indexOf("PRIVATE KEY-----") + 16, authority.lastIndexOf("-----END"));
        Stream.concat(made, Stream.of(Base64.getMimeDecoder().decode(body))).forEach(der -> {
            String base64 = Base64.getEncoder().encodeToString(der);
            all.add(base64.substring(base64.length() / 3, base64.length() / 3 + 32));
            all.add(HexFormat.of().formatHex(der, der.length / 3, der.length / 3 + 16));
        });
        return all;
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
