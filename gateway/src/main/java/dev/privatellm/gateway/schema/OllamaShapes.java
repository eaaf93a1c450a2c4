// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.schema;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Models in the shapes of Ollama's {@code /api/tags}, {@code /api/ps} and {@code /api/show}. What is not known is left out or empty, never invented. */
final class OllamaShapes {
    private static final String UNKNOWN_DIGEST = "0".repeat(64);
    private static final String UNKNOWN_ARCHITECTURE = "unknown";

    /** Ollama's own end of a {@code keep_alive} without one, which is how machines run it: a model goes with its machine. Clients say "Forever". */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    /** More than the unknown size of the whole: Ollama's program says "Unknown" then; of 0 it says "100% CPU". */
    private static final int UNKNOWN_SIZE_VRAM = 1;

    private OllamaShapes() {}

    static ObjectNode tag(KnownModel model) {
        ObjectNode tag = named(model);
        tag.put("modified_at", model.modified().toString());
        tag.put("size", 0);
        tag.put("digest", model.digest().orElse(UNKNOWN_DIGEST));
        tag.set("details", details(model));
        tag.set("capabilities", capabilities(model));
        return tag;
    }

    static ObjectNode running(KnownModel model) {
        ObjectNode running = named(model);
        running.put("size", 0);
        running.put("digest", model.digest().orElse(UNKNOWN_DIGEST));
        running.set("details", details(model));
        running.put("expires_at", model.modified().plus(FOREVER).toString());
        running.put("size_vram", UNKNOWN_SIZE_VRAM);
        running.put("context_length", model.contextLength());
        return running;
    }

    static ObjectNode show(KnownModel model) {
        ObjectNode show = JsonNodeFactory.instance.objectNode();
        show.put("modelfile", "");
        show.put("parameters", "num_ctx " + model.contextLength());
        show.put("template", "");
        show.set("details", details(model));
        ObjectNode facts = show.putObject("model_info");
        String architecture = architecture(model);
        facts.put("general.architecture", architecture);
        facts.put("general.basename", basename(model.name()));
        facts.put(architecture + ".context_length", model.contextLength());
        show.set("capabilities", capabilities(model));
        show.put("modified_at", model.modified().toString());
        return show;
    }

    /** The answer to an unloading call for a model that is not loaded. */
    static ObjectNode unloaded(Endpoint endpoint, String model, Instant now) {
        ObjectNode unloaded = JsonNodeFactory.instance.objectNode();
        unloaded.put("model", model);
        unloaded.put("created_at", now.toString());
        if (endpoint == Endpoint.OLLAMA_CHAT) {
            unloaded.putObject("message").put("role", "assistant").put("content", "");
        } else {
            unloaded.put("response", "");
        }
        return unloaded.put("done", true).put("done_reason", "unload");
    }

    private static ObjectNode named(KnownModel model) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", model.name());
        node.put("model", model.name());
        return node;
    }

    private static ObjectNode details(KnownModel model) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("parent_model", "");
        details.put("format", "gguf");
        details.put("family", architecture(model));
        details.putArray("families").add(architecture(model));
        details.put("parameter_size", "");
        details.put("quantization_level", "");
        return details;
    }

    private static ArrayNode capabilities(KnownModel model) {
        ArrayNode capabilities = JsonNodeFactory.instance.arrayNode();
        model.capabilities().forEach(capabilities::add);
        return capabilities;
    }

    private static String architecture(KnownModel model) {
        return model.architecture().isEmpty()
                ? UNKNOWN_ARCHITECTURE
                : model.architecture().toLowerCase(Locale.ROOT);
    }

    private static String basename(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int tag = last.indexOf(':');
        return tag < 0 ? last : last.substring(0, tag);
    }
}
