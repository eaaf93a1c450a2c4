// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.plan.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps a resource's state in one file with its version. A write that fails leaves the old state and says so: the mutation that was to follow does not
 * happen. Safe from any thread of the one process that has the folder's lock.
 */
final class FileStateStore<S> implements StateStore<S>, AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final Function<S, byte[]> toJson;
    private Versioned<S> last;
    private boolean isClosed;

    /**
     * Reads the file, once.
     *
     * @param toJson a state as a JSON document
     * @param fromJson the reverse; throws {@link IllegalArgumentException} for anything else
     * @param initial what an absent file means, at version 0
     * @throws IOException also if the file is damaged: what is not understood is never overwritten
     */
    FileStateStore(Path file, Function<S, byte[]> toJson, Function<byte[], S> fromJson, S initial) throws IOException {
        this.file = file;
        this.toJson = toJson;
        Optional<byte[]> content = DurableFile.read(file);
        this.last = content.isEmpty() ? new Versioned<>(initial, 0) : parse(content.get(), fromJson);
    }

    @Override
    public synchronized Versioned<S> read() {
        return last;
    }

    @Override
    public synchronized long compareAndSet(long version, S state) {
        if (isClosed) {
            throw new IllegalStateException("the state in %s is closed".formatted(file));
        }
        if (version != last.version()) {
            throw new StaleState(version, last.version());
        }
        long next = version + 1;
        try {
            JsonNode document = JSON.readTree(toJson.apply(state));
            DurableFile.write(
                    file,
                    JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsBytes(Map.of("version", next, "state", document)));
        } catch (IOException e) {
            throw new UncheckedIOException("the state in %s cannot be written".formatted(file), e);
        }
        last = new Versioned<>(state, next);
        return next;
    }

    /** Nothing is written any more: the folder may be somebody else's from now on. */
    @Override
    public synchronized void close() {
        isClosed = true;
    }

    private Versioned<S> parse(byte[] content, Function<byte[], S> fromJson) throws IOException {
        try {
            JsonNode document = JSON.readTree(content);
            if (!document.path("version").isIntegralNumber()
                    || document.path("state").isMissingNode()) {
                throw new IOException(file + " is damaged: no version or no state");
            }
            S state = fromJson.apply(JSON.writeValueAsBytes(document.path("state")));
            return new Versioned<>(state, document.path("version").longValue());
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(
                    "%s is damaged, or was written by another version: %s".formatted(file, offence(e)), e);
        }
    }

    /** What the record itself objected to, without the classes through which the objection went. */
    private static String offence(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof JacksonException json ? json.getOriginalMessage() : String.valueOf(root.getMessage());
    }
}
