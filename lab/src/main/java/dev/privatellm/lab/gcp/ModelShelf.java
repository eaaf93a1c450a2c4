// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpHandler;
import dev.privatellm.lab.gcp.http.HttpReply;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * A registry of models as far as it tells their sizes: the manifests of the distribution protocol that Ollama's registry speaks
 * (https://distribution.github.io/distribution/spec/api/#pulling-an-image-manifest). It has every model, in the usual size, that was not set up otherwise. An
 * engine double needs no more; what is pulled through it is made up anyway.
 */
final class ModelShelf implements HttpHandler {
    static final String ROOT = "/v2/";

    private static final long USUAL_BYTES = 2_019_393_189L;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern MANIFEST = Pattern.compile("/v2/([^/]+/[^/]+)/manifests/([^/]+)");

    private final Map<String, Long> sizes = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    /**
     * A model by namespace, name and tag.
     *
     * @param bytes of its weights; 0 if there is no such model
     */
    record Setting(String model, long bytes) {}

    void set(Setting setting) {
        if (setting.bytes() == 0) {
            missing.add(setting.model());
        } else {
            missing.remove(setting.model());
            sizes.put(setting.model(), setting.bytes());
        }
    }

    /** Models that it has not. */
    Set<String> missing() {
        return new TreeSet<>(missing);
    }

    @Override
    public HttpReply handle(HttpCall call) {
        Matcher manifest = MANIFEST.matcher(call.path());
        if (!call.method().equals("GET") || !manifest.matches()) {
            return HttpReply.text(404, "404 page not found\n");
        }
        String model = manifest.group(1) + ":" + manifest.group(2);
        if (missing.contains(model)) {
            return HttpReply.json(
                    404,
                    JSON.writeValueAsString(Map.of(
                            "errors",
                            List.of(Map.of("code", "MANIFEST_UNKNOWN", "message", "manifest unknown", "detail", "")))));
        }
        long bytes = sizes.getOrDefault(model, USUAL_BYTES);
        return HttpReply.json(
                200,
                JSON.writeValueAsString(Map.of(
                        "schemaVersion",
                        2,
                        "mediaType",
                        "application/vnd.docker.distribution.manifest.v2+json",
                        "config",
                        layer("application/vnd.docker.container.image.v1+json", 561),
                        "layers",
                        List.of(
                                layer("application/vnd.ollama.image.model", bytes),
                                layer("application/vnd.ollama.image.template", 1_429),
                                layer("application/vnd.ollama.image.license", 7_711)))));
    }

    private static Map<String, Object> layer(String mediaType, long size) {
        return Map.of(
                "mediaType", mediaType, "digest", "sha256:" + "%064x".formatted(mediaType.hashCode()), "size", size);
    }
}
