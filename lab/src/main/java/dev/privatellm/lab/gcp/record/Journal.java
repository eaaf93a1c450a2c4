// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Every API call in order, in memory and as {@code journal.jsonl}. Thread-safe. */
public final class Journal implements AutoCloseable {

    /** Calls kept in memory; the file has all. */
    public static final int MAX_IN_MEMORY = 100_000;

    private final Deque<CallRecord> calls = new ArrayDeque<>();
    private final Writer file;
    private long last;
    private boolean closed;

    public Journal(Path file) throws IOException {
        this.file = Files.newBufferedWriter(
                file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);
    }

    /** Writes one down; its number is given here. */
    public synchronized void add(
            Instant time,
            String rpc,
            String requestId,
            String target,
            String caller,
            int status,
            String result,
            long millis) {
        CallRecord call = new CallRecord(++last, time, rpc, requestId, target, caller, status, result, millis);
        calls.addLast(call);
        if (calls.size() > MAX_IN_MEMORY) {
            calls.removeFirst();
        }
        if (closed) {
            return;
        }
        try {
            file.write(JsonMapper.shared().writeValueAsString(call));
            file.write('\n');
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A snapshot, oldest first. */
    public synchronized List<CallRecord> calls() {
        return List.copyOf(calls);
    }

    /** Ends the file; a call that is answered meanwhile is still kept in memory. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        file.close();
    }
}
