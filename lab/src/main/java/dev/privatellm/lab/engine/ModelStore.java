// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The models on a machine's disk. Outlives the engine that filled it, as a disk outlives a boot. Safe for use from any thread. */
public final class ModelStore {

    /** Name of a model's file: its digest; content: its name and, on a second line, when it was pulled. */
    private static final String SUFFIX = ".model";

    private final ConcurrentMap<String, EngineModel> models = new ConcurrentHashMap<>();
    private final @Nullable Path folder;

    private ModelStore(@Nullable Path folder) {
        this.folder = folder;
    }

    /** An empty disk that lives as long as this object. */
    public static ModelStore inMemory() {
        return new ModelStore(null);
    }

    /**
     * The disk kept in a folder, which is made if it is missing; it survives this process.
     *
     * @throws UncheckedIOException if the folder cannot be made or read
     */
    public static ModelStore inFolder(Path folder) {
        ModelStore store = new ModelStore(folder);
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                    List<String> lines = Files.readAllLines(file);
                    EngineModel model = new EngineModel(lines.get(0), Instant.parse(lines.get(1)));
                    store.models.put(model.name(), model);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("model store " + folder, e);
        }
        return store;
    }

    /** Names with tags, newest first. */
    public List<String> names() {
        return list().stream().map(EngineModel::name).toList();
    }

    /** Puts a model onto the disk as if it had been pulled at that moment. */
    public void add(String name, Instant pulledAt) {
        EngineModel model = new EngineModel(EngineModel.canonical(name), pulledAt);
        if (folder != null) {
            write(folder, model);
        }
        models.put(model.name(), model);
    }

    Optional<EngineModel> find(String name) {
        return Optional.ofNullable(models.get(EngineModel.canonical(name)));
    }

    List<EngineModel> list() {
        return models.values().stream()
                .sorted(Comparator.comparing(EngineModel::modifiedAt).reversed().thenComparing(EngineModel::name))
                .toList();
    }

    /** Whether it was there. */
    boolean remove(String name) {
        EngineModel model = models.remove(EngineModel.canonical(name));
        if (model == null) {
            return false;
        }
        if (folder != null) {
            try {
                Files.deleteIfExists(file(folder, model));
            } catch (IOException e) {
                throw new UncheckedIOException("model store " + folder, e);
            }
        }
        return true;
    }

    private static Path file(Path folder, EngineModel model) {
        return folder.resolve(model.digest() + SUFFIX);
    }

    private static void write(Path folder, EngineModel model) {
        try {
            Path temporary = Files.createTempFile(folder, "pull", ".tmp");
            Files.writeString(temporary, model.name() + "\n" + model.modifiedAt() + "\n");
            Files.move(temporary, file(folder, model), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("model store " + folder, e);
        }
    }
}
