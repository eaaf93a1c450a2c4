// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.api.v1alpha1.Model;
import dev.privatellm.api.v1alpha1.Spec;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the engine is told, in the variables that Ollama reads at its start (<a href="https://github.com/ollama/ollama/blob/main/envconfig/config.go">its
 * list</a>). It reads no others: threads, batch size and CUDA graphs are its own decisions.
 */
final class Engine {
    /** Its own default, said because ours rests on it: more than the gateway ever lets through to one machine. */
    private static final int MAX_QUEUE = 512;

    private Engine() {}

    static SortedMap<String, String> environment(Spec spec) {
        Model model = spec.model();
        SortedMap<String, String> variables = new TreeMap<>();
        variables.put("OLLAMA_CONTEXT_LENGTH", Integer.toString(model.contextLength()));
        variables.put("OLLAMA_NUM_PARALLEL", Integer.toString(model.parallel()));
        variables.put("OLLAMA_MAX_QUEUE", Integer.toString(MAX_QUEUE));
        // Whoever asks for another model of the document does not push the first one out, if the memory holds both.
        variables.put(
                "OLLAMA_MAX_LOADED_MODELS", Integer.toString(1 + model.extra().size()));
        // A model that fits one GPU is faster there; one that does not is spread all the same.
        variables.put("OLLAMA_SCHED_SPREAD", "0");
        // Its own five minutes are not enough for a model that fills a large GPU. Whether a boot takes too long is not
        // the engine's to say.
        variables.put(
                "OLLAMA_LOAD_TIMEOUT",
                Duration.ofSeconds(spec.power().firstBootGraceSeconds()).toSeconds() + "s");
        variables.put("OLLAMA_KEEP_ALIVE", "-1");
        variables.put("OLLAMA_NO_CLOUD", "1");
        if (model.kvCacheType().isQuantised()) {
            // Without flash attention the engine would silently take f16.
            variables.put("OLLAMA_KV_CACHE_TYPE", model.kvCacheType().word());
            variables.put("OLLAMA_FLASH_ATTENTION", "1");
        }
        return variables;
    }
}
