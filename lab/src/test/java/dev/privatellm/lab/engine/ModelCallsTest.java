// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ModelCallsTest {

    @Test
    void pullsWithProgressOverTheSetTime() {
        ModelStore store = ModelStore.inMemory();
        try (EngineDouble engine =
                EngineDouble.start(EngineOptions.defaults(store).withPullDuration(Duration.ofMillis(400)))) {
            Instant begun = Instant.now();
            List<JsonNode> lines = new Wire(engine.url())
                    .post("/api/pull", "{\"model\":\"llama3\"}")
                    .documents();

            assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(400));
            assertThat(lines.getFirst().path("status").asString()).isEqualTo("pulling manifest");
            assertThat(lines.getLast().path("status").asString()).isEqualTo("success");
            List<Long> completed = lines.stream()
                    .filter(line -> line.has("total"))
                    .map(line -> line.path("completed").asLong())
                    .toList();
            assertThat(completed).hasSizeGreaterThan(10).isSorted();
            assertThat(completed.getLast()).isEqualTo(lines.get(1).path("total").asLong());
            assertThat(store.names()).containsExactly("llama3:latest");
        }
    }

    @Test
    void findsAfterARebootWhatWasPulledBefore(@TempDir Path disk) {
        try (EngineDouble first = EngineDouble.start(EngineOptions.defaults(ModelStore.inFolder(disk)))) {
            new Wire(first.url()).post("/api/pull", "{\"model\":\"llama3:8b\",\"stream\":false}");
        }
        EngineOptions slowPull =
                EngineOptions.defaults(ModelStore.inFolder(disk)).withPullDuration(Duration.ofHours(1));
        try (EngineDouble second = EngineDouble.start(slowPull)) {
            Wire wire = new Wire(second.url());
            assertThat(wire.get("/api/tags").json().at("/models/0/name").asString())
                    .isEqualTo("llama3:8b");
            assertThat(wire.post("/api/pull", "{\"model\":\"llama3:8b\",\"stream\":false}")
                            .json()
                            .path("status")
                            .asString())
                    .isEqualTo("success");
        }
    }

    @Test
    void forgetsADeletedModel(@TempDir Path disk) {
        ModelStore store = ModelStore.inFolder(disk);
        store.add("llama3", Instant.EPOCH);
        try (EngineDouble engine = EngineDouble.start(EngineOptions.defaults(store))) {
            Wire wire = new Wire(engine.url());
            assertThat(wire.send("DELETE", "/api/delete", "{\"model\":\"llama3\"}")
                            .status())
                    .isEqualTo(200);
            assertThat(wire.post("/api/show", "{\"model\":\"llama3\"}").status())
                    .isEqualTo(404);
        }
        assertThat(ModelStore.inFolder(disk).names()).isEmpty();
    }

    @Test
    void showsWhatAModelCanDo() {
        ModelStore store = ModelStore.inMemory();
        store.add("nomic-embed-text", Instant.EPOCH);
        try (EngineDouble engine = EngineDouble.start(EngineOptions.defaults(store))) {
            JsonNode shown = new Wire(engine.url())
                    .post("/api/show", "{\"model\":\"nomic-embed-text\"}")
                    .json();

            assertThat(shown.at("/capabilities/0").asString()).isEqualTo("embedding");
            String architecture = shown.at("/model_info/general.architecture").asString();
            assertThat(shown.path("model_info")
                            .path(architecture + ".context_length")
                            .asLong())
                    .isPositive();
        }
    }
}
