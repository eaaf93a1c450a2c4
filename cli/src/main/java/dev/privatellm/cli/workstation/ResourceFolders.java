// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.controller.step.ResourceState;
import dev.privatellm.machine.plan.PlanState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The folders of a state folder's resources, for whoever only reads them: nobody has to run, and whoever runs may be writing. */
final class ResourceFolders {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ResourceFolders() {}

    /** Whether anybody ever served from this state folder. */
    static boolean areIn(Path stateFolder) {
        return Files.isDirectory(in(stateFolder));
    }

    /** All of them, by name; none where nobody ever served. */
    static List<Path> all(Path stateFolder) throws IOException {
        if (!areIn(stateFolder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(in(stateFolder))) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    /**
     * What is on record of a resource; empty if nothing is.
     *
     * @throws IOException also if the record is damaged
     */
    static Optional<PlanState> record(Path resource) throws IOException {
        Path file = resource.resolve(ResourceFiles.RECORD);
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] state = JSON.writeValueAsBytes(JSON.readTree(content.get()).path("state"));
            return Optional.of(ResourceState.fromJson(state).plan());
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Path in(Path stateFolder) {
        return stateFolder.resolve("resources");
    }
}
