// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.guest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which models this guest has pulled, on the machine's disk beside them: a line each, its name and, once the engine has it, its digest. A name is written down before its pull begins, so
 * that no model of ours is ever without a line; a line without a model says nothing. Names are as {@link #canonical} makes them. Not thread-safe.
 */
final class PulledRecord {
    /** Larger than any list of models that fit a disk. */
    private static final int MOST_BYTES = 1024 * 1024;

    private static final String ASKED = "models-asked";

    private static final String UNKNOWN = "-";

    private static final String FILE = "pulled-models";

    private final Optional<Path> folder;
    private final Map<String, Optional<String>> models = new TreeMap<>();
    private Optional<String> asked = Optional.empty();

    private PulledRecord(Optional<Path> folder) {
        this.folder = folder;
    }

    /** A record that remembers nothing: there is no folder for it. */
    static PulledRecord none() {
        return new PulledRecord(Optional.empty());
    }

    /** @throws IOException if what is written there cannot be read */
    static PulledRecord in(Path folder) throws IOException {
        PulledRecord record = new PulledRecord(Optional.of(folder));
        try (var stream = Files.newInputStream(folder.resolve(FILE))) {
            new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(record::read);
        } catch (NoSuchFileException e) {
            // nothing was pulled yet
        }
        try (var stream = Files.newInputStream(folder.resolve(ASKED))) {
            record.asked = Optional.of(new String(stream.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            // never asked
        }
        return record;
    }

    private void read(String line) {
        String[] words = line.split(" ", -1);
        if (words.length == 2) {
            models.put(words[0], Optional.of(words[1]).filter(digest -> !digest.equals(UNKNOWN)));
        }
    }

    /** The name under which an engine lists a model, whichever of its names it was asked for by. */
    static String canonical(String model) {
        String name = model.replaceFirst("^https?://", "")
                .replaceFirst("^registry\\.ollama\\.ai/", "")
                .replaceFirst("^library/", "");
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }

    /** Each model with its digest, if that is known. */
    Map<String, Optional<String>> all() {
        return Collections.unmodifiableMap(new TreeMap<>(models));
    }

    /** @throws IOException if it cannot be written down, and hence is not remembered */
    void put(String model, Optional<String> digest) throws IOException {
        if (folder.isEmpty() || model.chars().anyMatch(Character::isWhitespace)) {
            return;
        }
        Optional<String> before = models.put(model, digest);
        if (before == null || !before.equals(digest)) {
            write();
        }
    }

    /** @throws IOException if it cannot be written down */
    void forget(String model) throws IOException {
        if (models.remove(model) != null) {
            write();
        }
    }

    /** The models that were wanted when the registry was last asked about all of them; empty if it never was. */
    Optional<String> asked() {
        return asked;
    }

    /** @throws IOException if it cannot be written down */
    void setAsked(String all) throws IOException {
        if (!asked.equals(Optional.of(all))) {
            asked = Optional.of(all);
            write(ASKED, all);
        }
    }

    private void write() throws IOException {
        write(
                FILE,
                models.entrySet().stream()
                        .map(model -> model.getKey() + " " + model.getValue().orElse(UNKNOWN) + "\n")
                        .collect(Collectors.joining()));
    }

    private void write(String name, String text) throws IOException {
        if (folder.isEmpty()) {
            return;
        }
        Path next = folder.get().resolve(name + ".new");
        Files.writeString(next, text);
        force(next, StandardOpenOption.WRITE);
        Files.move(next, folder.get().resolve(name), StandardCopyOption.ATOMIC_MOVE);
        force(folder.get(), StandardOpenOption.READ);
    }

    /** A power cut comes at any moment: what was written is on the disk before anything is done by it. */
    private static void force(Path path, StandardOpenOption way) throws IOException {
        try (FileChannel channel = FileChannel.open(path, way)) {
            channel.force(true);
        }
    }
}
