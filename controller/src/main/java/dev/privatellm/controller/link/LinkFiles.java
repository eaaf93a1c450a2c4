// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.link;

import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns what a gateway may know of a machine into named documents: keys of a Secret, files of a folder. They are of one generation or they are not written;
 * whoever stores them stores them at once.
 */
public final class LinkFiles {
    public static final String LINK = "link.json";
    private static final JsonMapper JSON = JsonMapper.shared();

    private LinkFiles() {}

    /**
     * The documents by name.
     *
     * @param epoch the certificates of the link's generation; empty before the first
     * @param manageCalls whether the gateway may change models on the machine; without it a stolen link can generate and nothing else
     */
    public static Map<String, byte[]> of(LinkDocument link, Optional<Epoch> epoch, boolean manageCalls) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        epoch.ifPresent(issued -> {
            if (issued.generation() != link.generation()) {
                throw new IllegalArgumentException("certificates of generation %d (expected: %d)"
                        .formatted(issued.generation(), link.generation()));
            }
            files.put("tls.crt", bytes(issued.gateway().certificatePem()));
            files.put("tls.key", bytes(issued.gateway().keyPem()));
            files.put("ca.crt", bytes(Pem.text(issued.trusted())));
            files.put("token.json", JSON.writeValueAsBytes(tokens(issued, manageCalls)));
        });
        files.put(LINK, JSON.writeValueAsBytes(link));
        return files;
    }

    private static Map<String, Object> tokens(Epoch epoch, boolean manageCalls) {
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("infer", Map.of("current", epoch.tokens().infer().value()));
        if (manageCalls) {
            tokens.put("manage", Map.of("current", epoch.tokens().manage().value()));
        }
        return tokens;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
