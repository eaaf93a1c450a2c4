// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which a workstation keeps everything, locked for as long as it is open: one process at a time, so that each resource has one writer.
 */
final class StateFolder implements AutoCloseable {
    /** Form of the folder that this version writes. */
    static final int FORMAT = 1;

    /** Name of the file that says which installation it is. */
    static final String IDENTITY = "identity.json";

    /** Name of the book of runs in the folder of ledgers. */
    static final String RUNS = "runs.jsonl";

    private final Path root;
    private final FileChannel lockFile;

    private StateFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder if it is not there, and locks it.
     *
     * @throws WorkstationFailure if it cannot be written, is another version's, or is in use; the message names the holder
     */
    static StateFolder open(Path root) {
        try {
            DurableFile.folder(root);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
            StateFolder folder = new StateFolder(root, lock(root));
            folder.requireFormat();
            DurableFile.folder(root.resolve("resources"));
            DurableFile.folder(root.resolve("ledger"));
            return folder;
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "the state folder %s cannot be used: %s (make it yours and writable, or name another with --state)"
                            .formatted(root, reason(e)),
                    e);
        }
    }

    Path root() {
        return root;
    }

    Path identity() {
        return identity(root);
    }

    /** The file of the identity in a folder, open or not. */
    static Path identity(Path root) {
        return root.resolve(IDENTITY);
    }

    /** The folder of one resource in a folder, open or not, whether it is there or not. */
    static Path resource(Path root, String namespace, String name) {
        return root.resolve("resources").resolve(namespace + "." + name);
    }

    Path effects() {
        return root.resolve("effects.jsonl");
    }

    Path ledger() {
        return root.resolve("ledger");
    }

    /** The book of runs. */
    Path runs() {
        return ledger().resolve(RUNS);
    }

    /** The folder of one resource, made if it is not there. */
    Path resource(String namespace, String name) throws IOException {
        Path folder = resource(root, namespace, name);
        DurableFile.folder(folder);
        return folder;
    }

    /** Lets the next process in. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private static FileChannel lock(Path root) throws IOException {
        Path file = root.resolve("lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            String holder = read(channel);
            channel.close();
            throw new WorkstationFailure(
                    Reason.STATE_IN_USE,
                    "the state folder %s is in use by process %s (stop it first, or name another folder with --state)"
                            .formatted(root, holder.isEmpty() ? "that does not tell its number" : holder));
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    private void requireFormat() throws IOException {
        Path file = root.resolve("format");
        Optional<byte[]> found = DurableFile.read(file);
        if (found.isEmpty()) {
            DurableFile.write(file, Integer.toString(FORMAT).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        String format = new String(found.get(), StandardCharsets.US_ASCII).strip();
        if (!format.equals(Integer.toString(FORMAT))) {
            close();
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "the state folder %s has format %s (expected: %d): it belongs to another version of private-llm"
                            .formatted(root, format, FORMAT));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "no right to write " + denied.getFile();
            case java.nio.file.FileAlreadyExistsException exists -> exists.getFile() + " is no folder";
            case java.nio.file.NotDirectoryException none -> none.getFile() + " is no folder";
            default -> String.valueOf(e.getMessage());
        };
    }
}
