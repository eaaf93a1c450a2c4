// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.EpochStore;
import dev.privatellm.machine.pki.EpochText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the controller's epochs in one file that is replaced as a whole. */
final class FileEpochStore implements EpochStore {
    private final Path file;
    private List<Epoch> epochs;

    /**
     * Reads the file, once.
     *
     * @throws IOException also if it is damaged; the message shows nothing of it
     */
    FileEpochStore(Path file) throws IOException {
        this.file = file;
        this.epochs = read(file);
    }

    /**
     * The epochs in such a file, in the order in which they were kept; none if there is no file.
     *
     * @throws IOException also if it is damaged; the message shows nothing of it
     */
    static List<Epoch> read(Path file) throws IOException {
        try {
            return EpochText.read(
                    DurableFile.read(file).map(FileEpochStore::text).orElse(""));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    @Override
    public synchronized void save(Epoch epoch) {
        List<Epoch> more = new ArrayList<>(epochs);
        more.removeIf(old -> old.generation() == epoch.generation());
        more.add(epoch);
        replace(more);
    }

    @Override
    public synchronized Optional<Epoch> find(long generation) {
        return epochs.stream().filter(epoch -> epoch.generation() == generation).findFirst();
    }

    @Override
    public synchronized void forgetBefore(long generation) {
        List<Epoch> kept = epochs.stream()
                .filter(epoch -> epoch.generation() >= generation)
                .toList();
        if (kept.size() < epochs.size()) {
            replace(kept);
        }
    }

    private void replace(List<Epoch> next) {
        try {
            DurableFile.write(file, EpochText.write(next).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be written".formatted(file), e);
        }
        epochs = List.copyOf(next);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
