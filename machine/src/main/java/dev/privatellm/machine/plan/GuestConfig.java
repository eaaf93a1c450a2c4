// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.pki.KeyAlgorithm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the machine is told in its metadata attribute {@value #ATTRIBUTE}. The secret's version is told by its number, because only reading by number is
 * consistent right after a write.
 *
 * @param port TCP port of the guest's front
 * @param engineUrl where the guest finds its engine, on the machine itself
 * @param engineEnv environment variables of the engine
 * @param model first model, loaded before the machine is ready
 * @param extraModels further models to have on the disk
 * @param contextLength tokens of context
 * @param installation what the machine installs at its next boot
 */
public record GuestConfig(
        int port,
        String engineUrl,
        SortedMap<String, String> engineEnv,
        String model,
        List<String> extraModels,
        int contextLength,
        long deadManSeconds,
        long firstBootGraceSeconds,
        Installation installation) {

    /** Key of the metadata entry that the guest reads and follows. */
    public static final String ATTRIBUTE = "pllm-config";

    /** Key of the metadata entry that the machine runs at every boot. */
    public static final String STARTUP_SCRIPT = "startup-script";

    /** Key of the metadata entry that lets a machine write guest attributes; see https://cloud.google.com/compute/docs/metadata/manage-guest-attributes. */
    static final String GUEST_ATTRIBUTES = "enable-guest-attributes";

    private static final String NONCE = "csrNonce";
    private static final String KEY_ALGORITHM = "keyAlgorithm";
    private static final int SCHEMA = 1;

    public GuestConfig {
        engineEnv = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(engineEnv));
        extraModels = List.copyOf(extraModels);
    }

    /** Models as a machine is told them, the first of them loaded before it is ready. */
    public record Models(String name, List<String> extra, int contextLength) {
        public Models {
            extra = extra == null ? List.of() : List.copyOf(extra);
        }
    }

    /**
     * How a machine comes to its identity.
     *
     * @param secretVersion full name of the version of the bundle that it reads
     * @param nonce what it asks with for a certificate of a key that it makes; empty if its key is in the bundle
     * @param algorithm kind of that key
     */
    public record Identity(String secretVersion, Optional<String> nonce, KeyAlgorithm algorithm) {
        private void put(Map<String, Object> document) {
            document.put("secretVersion", secretVersion);
            document.remove(NONCE);
            document.remove(KEY_ALGORITHM);
            nonce.ifPresent(asked -> {
                document.put(NONCE, asked);
                document.put(KEY_ALGORITHM, algorithm.name());
            });
        }
    }

    /**
     * Hash of what a running machine cannot take over, with what installs it: model, secret version, nonce and key algorithm are left out, those it follows without a reboot.
     */
    public String configHash(String uid) {
        return Names.sha256(JsonMapper.shared().writeValueAsString(fixed(uid)) + installation.startupScript());
    }

    /** The attribute's value for a machine that is to present the certificates in this version of its bundle. */
    public String document(String uid, Identity identity) {
        SortedMap<String, Object> all = fixed(uid);
        all.put("configHash", configHash(uid));
        identity.put(all);
        all.put("model", modelDocument());
        return JsonMapper.shared().writeValueAsString(sorted(all));
    }

    /** What a machine that runs is told instead of what it was told before: another model. What it cannot take over stays as it was. */
    String takenOver(String told) {
        SortedMap<String, Object> all = parsed(told);
        if (sorted(Map.of("model", modelDocument()))
                .equals(sorted(Map.of("model", all.getOrDefault("model", Map.of()))))) {
            return told;
        }
        all.put("model", modelDocument());
        return JsonMapper.shared().writeValueAsString(sorted(all));
    }

    /** The same document with another identity, and with the models that it was told before; the whole document if it was told nothing. */
    String takenOver(String uid, @Nullable String told, Identity identity) {
        if (told == null) {
            return document(uid, identity);
        }
        SortedMap<String, Object> all = parsed(told);
        identity.put(all);
        return JsonMapper.shared().writeValueAsString(sorted(all));
    }

    /** A document with the models that a machine was told before instead of its own. */
    static String keepingModels(String document, String told) {
        SortedMap<String, Object> all = parsed(document);
        all.put("model", parsed(told).getOrDefault("model", Map.of("name", "")));
        return JsonMapper.shared().writeValueAsString(sorted(all));
    }

    /** A machine's whole metadata with this document in it; guest attributes are open to it only if it has something to ask. */
    static Map<String, String> metadata(Map<String, String> other, String document, boolean mayAsk) {
        Map<String, String> metadata = new HashMap<>(other);
        metadata.put(ATTRIBUTE, document);
        if (mayAsk) {
            metadata.put(GUEST_ATTRIBUTES, "TRUE");
        } else {
            metadata.remove(GUEST_ATTRIBUTES);
        }
        return metadata;
    }

    private static SortedMap<String, Object> parsed(String document) {
        return JsonMapper.shared().readValue(document, new TypeReference<TreeMap<String, Object>>() {});
    }

    /** The models that a machine was told. */
    static Models models(String told) {
        return JsonMapper.shared().convertValue(parsed(told).getOrDefault("model", Map.of("name", "")), Models.class);
    }

    /** The same for the same models in the same context. */
    String modelFingerprint() {
        return Names.sha256(JsonMapper.shared().writeValueAsString(sorted(modelDocument())));
    }

    /** All of its models. */
    SortedSet<String> models() {
        SortedSet<String> models = new TreeSet<>(extraModels);
        models.add(model);
        return models;
    }

    private Map<String, Object> modelDocument() {
        return Map.of("name", model, "extra", extraModels, "contextLength", contextLength);
    }

    private SortedMap<String, Object> fixed(String uid) {
        SortedMap<String, Object> document = new TreeMap<>();
        document.put("schema", SCHEMA);
        document.put("uid", uid);
        document.put("port", port);
        document.put("guest", archive(installation.guest()));
        document.put(
                "engine",
                sorted(Map.of("url", engineUrl, "env", engineEnv, "archive", archive(installation.engine()))));
        document.put("deadManSeconds", deadManSeconds);
        document.put("firstBootGraceSeconds", firstBootGraceSeconds);
        return document;
    }

    private static SortedMap<String, Object> archive(Download archive) {
        return sorted(Map.of("url", archive.url(), "sha256", archive.sha256()));
    }

    /** Sorted keys at every level: the document is compared with what the machine has, as text. */
    private static SortedMap<String, Object> sorted(Map<String, Object> map) {
        SortedMap<String, Object> sorted = new TreeMap<>(map);
        sorted.replaceAll((key, value) -> {
            if (value instanceof Map<?, ?> nested) {
                SortedMap<String, Object> copy = new TreeMap<>();
                nested.forEach((k, v) -> copy.put(String.valueOf(k), v));
                return copy;
            }
            return value;
        });
        return sorted;
    }
}
