// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.importing;

import dev.privatellm.api.v1alpha1.Bounds;
import dev.privatellm.machine.cloud.Instance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * The configuration file {@code agent.json} of the Private LLM agent, as its users have it. A key that is missing, zero or empty means that program's default;
 * what has no counterpart here is said in a note and left out, never dropped in silence.
 */
public final class AgentFile {
    private static final Set<String> NAMES_OF_PARTS = Set.of("vm_name", "network", "subnet");
    private static final long OLD_IDLE_SECONDS = 300;
    private static final String FIRST_MODEL = "qwen3-coder-next:q8_0";
    private static final String OLD_MACHINE_TYPE = "g4-standard-48";
    private static final String OLD_ZONE = "us-central1-a";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final JsonNode old;
    private final Set<String> unread;
    private final List<String> notes = new ArrayList<>();

    private AgentFile(JsonNode old) {
        this.old = old;
        this.unread = new TreeSet<>(old.propertyNames());
    }

    /**
     * A document that means the same.
     *
     * @param document fields by name, in the order in which people read them
     * @param notes what changes its meaning, or has none here; for people, one line each
     * @param names what the file calls the parts of the old installation
     */
    public record Imported(Map<String, Object> document, List<String> notes, OldInstallation.Names names) {
        public Imported {
            notes = List.copyOf(notes);
        }

        /** The document as text. */
        public String text() {
            return YAML.writeValueAsString(document);
        }

        /** The same with the old installation's machine, and what that stands on, in place of new ones. */
        public String adopting(Instance machine) {
            ObjectNode tree = YAML.valueToTree(document);
            ObjectNode spec = (ObjectNode) tree.path("spec");
            ((ObjectNode) spec.path("provider").path("gcp")).put("serviceAccount", names.accountEmail());
            ObjectNode placement = (ObjectNode) spec.path("placement");
            placement.putArray("machineTypes").add(machine.machineType());
            placement.put(
                    "provisioning",
                    switch (machine.provisioning()) {
                        case SPOT -> "Spot";
                        case STANDARD -> "Standard";
                    });
            spec.putObject("network").put("vpc", names.network()).put("subnet", names.subnet());
            spec.putObject("adopt").put("instance", names.machine()).put("id", machine.cloudId());
            return "# machine %s before it was taken over: network tags %s, labels %s\n%s"
                    .formatted(
                            machine.id(),
                            new TreeSet<>(machine.tags()),
                            new TreeMap<>(machine.labels()),
                            YAML.writeValueAsString(tree));
        }
    }

    /**
     * Reads the text of such a file.
     *
     * @param project the project to use if the file names none: that program then took the one of the credentials
     * @throws Unusable if it is none, or names no project where none is given
     */
    public static Imported read(String text, Optional<String> project) {
        return parse(text).document(project, false);
    }

    /**
     * The same for the sake of an installation that is taken over: what its parts are called is told with the document.
     *
     * @throws Unusable as {@link #read}
     */
    public static Imported readToAdopt(String text, Optional<String> project) {
        return parse(text).document(project, true);
    }

    private static AgentFile parse(String text) {
        JsonNode old;
        try {
            old = JsonMapper.shared().readTree(text);
        } catch (JacksonException malformed) {
            throw new Unusable("not JSON: " + malformed.getOriginalMessage());
        }
        if (!old.isObject()) {
            throw new Unusable("%s (expected: a JSON object)".formatted(old.getNodeType()));
        }
        return new AgentFile(old);
    }

    /** The file is none, or not enough. */
    public static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    private Imported document(Optional<String> project, boolean isTakenOver) {
        String id = text("project_id")
                .or(() -> project)
                .orElseThrow(() -> new Unusable(
                        "project_id is missing (expected: the id of your project; say it with --project)"));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("provider", Map.of("gcp", Map.of("projectId", id)));
        spec.put("placement", placement());
        spec.put("model", model());
        spec.put("power", Map.of("idleTimeoutSeconds", idle()));
        text("subnet_cidr").ifPresent(cidr -> spec.put("network", Map.of("subnetCidr", cidr)));
        if (isYes("disable_hsm")) {
            spec.put("security", Map.of("hsm", false));
        }
        OldInstallation.Names names = new OldInstallation.Names(
                id,
                text("zone").orElse(OLD_ZONE),
                text("vm_name").orElse("private-llm-vm"),
                text("network").orElse("private-llm"),
                text("subnet").orElse("private-llm-subnet"));
        elsewhere(isTakenOver);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", "privatellm.dev/v1alpha1");
        document.put("kind", "PrivateLlm");
        document.put("metadata", Map.of("name", "private-llm"));
        document.put("spec", spec);
        return new Imported(document, notes, names);
    }

    private Map<String, Object> placement() {
        Map<String, Object> placement = new LinkedHashMap<>();
        String zone = text("zone").orElse(OLD_ZONE);
        text("region")
                .filter(region -> !zone.startsWith(region + "-"))
                .ifPresent(region ->
                        notes.add("region: %s is not where zone %s is; the zone counts".formatted(region, zone)));
        String type = text("machine_type").orElse(OLD_MACHINE_TYPE);
        placement.put("zones", List.of(zone));
        placement.put("machineTypes", List.of(type));
        if (zone.equals(OLD_ZONE) && type.equals(OLD_MACHINE_TYPE)) {
            notes.add(
                    "zone, machine_type: %s is not offered in %s, though both were defaults; name another zone in spec.placement.zones"
                            .formatted(type, zone));
        }
        return placement;
    }

    private Map<String, Object> model() {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("name", text("default_model").orElse(FIRST_MODEL));
        number("context_length").ifPresent(tokens -> model.put("contextLength", tokens));
        String cache = text("kv_cache_type").orElse("bf16");
        if (cache.equals("bf16")) {
            notes.add("kv_cache_type: bf16 is none of the engine's types, which took f16 for it; f16 it is");
        } else {
            model.put("kvCacheType", cache);
        }
        number("num_parallel").ifPresent(parallel -> model.put("parallel", parallel));
        return model;
    }

    private long idle() {
        long seconds = number("idle_timeout").orElse(OLD_IDLE_SECONDS);
        if (seconds < Bounds.MIN_IDLE_SECONDS) {
            notes.add("idle_timeout: %d is shorter than a machine can be kept here; %d it is"
                    .formatted(seconds, Bounds.MIN_IDLE_SECONDS));
            return Bounds.MIN_IDLE_SECONDS;
        }
        return seconds;
    }

    /** What stands somewhere else now, or nowhere. */
    private void elsewhere(boolean isTakenOver) {
        text("listen_addr")
                .filter(address -> !address.equals("127.0.0.1"))
                .ifPresent(address ->
                        notes.add("listen_addr: %s is no matter of the document; see private-llm serve --host"
                                .formatted(address)));
        number("num_batch").ifPresent(_ -> notes.add("num_batch: the engine never read it; left out"));
        number("num_instances")
                .filter(count -> count > 1)
                .ifPresent(count -> notes.add(
                        "num_instances: %d engines on one machine; one engine answers several at a time here, see spec.model.parallel"
                                .formatted(count)));
        NAMES_OF_PARTS.stream()
                .filter(_ -> !isTakenOver)
                .sorted()
                .forEach(name -> text(name)
                        .ifPresent(part ->
                                notes.add("%s: %s belongs to the old installation; a machine of its own is made here"
                                        .formatted(name, part))));
        unread.forEach(name -> notes.add("%s: unknown; left out".formatted(name)));
    }

    private Optional<String> text(String name) {
        JsonNode value = take(name);
        if (!isSaid(value)) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new Unusable("%s: %s (expected: a text)".formatted(name, value));
        }
        return Optional.of(value.stringValue().strip()).filter(text -> !text.isEmpty());
    }

    private Optional<Long> number(String name) {
        JsonNode value = take(name);
        if (!isSaid(value)) {
            return Optional.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new Unusable("%s: %s (expected: a whole number)".formatted(name, value));
        }
        return Optional.of(value.longValue()).filter(number -> number != 0);
    }

    private boolean isYes(String name) {
        JsonNode value = take(name);
        if (isSaid(value) && !value.isBoolean()) {
            throw new Unusable("%s: %s (expected: true or false)".formatted(name, value));
        }
        return value.asBoolean(false);
    }

    private static boolean isSaid(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private JsonNode take(String name) {
        unread.remove(name);
        return old.path(name);
    }
}
